/* Makes every clock of a process run by its own processor time, so that what it is allowed in seconds does not depend on
   what else the machine does; with CPU_CLOCK_PROCESSORS=2 in the environment, by half of it, for a program that keeps
   two busy. Reading processor time enters the kernel, so it is done once a millisecond: solvers that
   look at the clock often lose nothing by it. Linux; loaded with LD_PRELOAD by cpu_clock.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int (*system_clock)(clockid_t, struct timespec *);
static long long begun[2]; /* monotonic, and of day */
static int processors = 1;
static atomic_llong used, looked; /* processor time as last read, and when that was */

static const long long SECOND = 1000000000LL, BETWEEN_LOOKS = 1000000LL;

static long long nanoseconds(clockid_t id) {
    struct timespec now;
    system_clock(id, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

__attribute__((constructor)) static void begin(void) {
    if (system_clock) return;
    system_clock = dlsym(RTLD_NEXT, "clock_gettime");
    const char *asked = getenv("CPU_CLOCK_PROCESSORS");
    if (asked && atoi(asked) > 1) processors = atoi(asked);
    begun[0] = nanoseconds(CLOCK_MONOTONIC);
    begun[1] = nanoseconds(CLOCK_REALTIME);
}

static long long used_so_far(void) {
    long long now = nanoseconds(CLOCK_MONOTONIC);
    if (now - atomic_load(&looked) >= BETWEEN_LOOKS) {
        atomic_store(&used, nanoseconds(CLOCK_PROCESS_CPUTIME_ID) / processors);
        atomic_store(&looked, now);
    }
    return atomic_load(&used);
}

int clock_gettime(clockid_t id, struct timespec *now) {
    int of_day = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
    begin();
    if (id == CLOCK_PROCESS_CPUTIME_ID || id == CLOCK_THREAD_CPUTIME_ID) return system_clock(id, now);
    long long then = begun[of_day] + used_so_far();
    now->tv_sec = then / SECOND;
    now->tv_nsec = then % SECOND;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

/* Who waits until a time that this clock has told waits as long on the clock of the system. */
int sem_clockwait(sem_t *semaphore, clockid_t id, const struct timespec *until) {
    static int (*wait)(sem_t *, clockid_t, const struct timespec *);
    struct timespec now;
    if (!wait) wait = dlsym(RTLD_NEXT, "sem_clockwait");
    clock_gettime(id, &now);
    long long then = nanoseconds(id) + (until->tv_sec - now.tv_sec) * SECOND + until->tv_nsec - now.tv_nsec;
    struct timespec moved = {then / SECOND, then % SECOND};
    return wait(semaphore, id, &moved);
}

time_t time(time_t *kept) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (kept) *kept = precise.tv_sec;
    return precise.tv_sec;
}
