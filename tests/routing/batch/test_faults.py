"""Whatever dies in a batch, every good problem ends with the plan of an undisturbed run, and the bad ones are named."""

import errno
import json
import os
import signal
import subprocess

import pytest

from routing.batch.record import read_record
from routing.batch.store import Store

GOOD = ("early", "parent-1", "half", "parent-2", "late", "plain")
BAD = {"abort": "crashed", "hang": "timed_out"}


def _plans(out):
    return {path.stem: path.read_bytes() for path in (out / "plans").glob("*")}


def _quiet(out, small_batch, faults):
    """Return the plans of a run in which nothing goes wrong: all that happens once has happened."""
    for name in GOOD:
        (faults / name).touch()
    small_batch(out, *GOOD)
    for name in GOOD:
        (faults / name).unlink()
    return _plans(out)


def test_a_night_of_faults_ends_like_a_quiet_one(tmp_path, start_night, small_batch):
    """Workers are killed before, within and after writing; one aborts, one hangs; the parent is killed twice."""
    loud = tmp_path / "loud"
    quiet = _quiet(tmp_path / "quiet", small_batch, tmp_path / "faults")

    ends = []
    for _ in range(3):
        night = start_night(loud, *GOOD, *BAD)
        said, complaints = night.communicate()
        ends.append(night.returncode)

    assert ends == [-signal.SIGKILL, -signal.SIGKILL, 0], complaints
    assert said.splitlines()[-1] == f"ended {len(GOOD)} {len(GOOD) + len(BAD)}"
    assert {*quiet} == {*GOOD}
    assert _plans(loud) == quiet
    assert [*loud.rglob(".writing-*")] == []
    records = {path.stem: read_record(path.read_bytes()) for path in (loud / "records").iterdir()}
    assert {name: records[name].status for name in BAD} == BAD
    assert "SIGABRT" in records["abort"].reason


def test_what_was_planned_is_not_planned_again(tmp_path, small_batch):
    """The second run leaves a plan as it is; one that was damaged since is made again, the same."""
    out = tmp_path / "out"
    small_batch(out, "one", "two")
    before, made = _plans(out), (out / "plans" / "one.plan").stat().st_mtime_ns
    (out / "plans" / "two.plan").write_bytes(before["two"][:-1])

    again = small_batch(out, "one", "two")

    assert {*before} == {"one", "two"}
    assert _plans(out) == before
    assert (out / "plans" / "one.plan").stat().st_mtime_ns == made
    assert (again.skipped, again.planned) == (1, 2)


def test_ctrl_c_keeps_what_is_done_and_nobody_else_may_write_meanwhile(tmp_path, start_night, small_batch):
    """While one problem hangs a second batch is refused; after Ctrl-C the other's plan stays."""
    out = tmp_path / "out"
    night = start_night(out, "done", "hang")
    assert night.stdout.readline() == "done planned\n"
    with pytest.raises(OSError, match="another batch is writing"):
        small_batch(out, "other")

    night.send_signal(signal.SIGINT)
    said, _ = night.communicate()

    assert said.splitlines()[-1] == "interrupted 1 2"
    assert [*_plans(out)] == ["done"]
    assert "hang,interrupted," in (out / "summary.csv").read_text(encoding="utf-8-sig")


def test_a_problem_that_takes_too_much_memory_is_ended(tmp_path, small_batch):
    """It holds 2 GB where 0.5 are allowed; the next problem gets a new worker."""
    ended = small_batch(tmp_path / "out", "greedy", "modest", memory_gb=0.5)

    assert [record.status for record in ended.records] == ["out_of_memory", "planned"]
    assert "0.50 GB" in ended.records[0].reason


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 kB; None where this process may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and not subprocess.run(mount, capture_output=True, check=False).returncode
    yield folder if mounted else None
    if mounted:
        subprocess.run(["umount", "-l", folder], check=True)


def _fill(disk, out, faults):
    """Leave less room on the disk than two plans need; without a disk, let the worker meet one that is full."""
    if disk is None:
        (faults / "full").touch()
        return
    free = os.statvfs(out)
    (disk / "ballast").write_bytes(bytes(free.f_bavail * free.f_frsize - 40_960))


def _make_read_only(disk, monkeypatch):
    """Make the disk read-only; without a disk, let every file be refused as one would."""
    if disk is not None:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        return

    def refuse(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Store, "write", refuse)


def test_a_full_disk_and_a_read_only_folder_leave_earlier_results_intact(tmp_path, small_batch, small_disk,
                                                                          monkeypatch):
    """What was planned before can be read after; the others say why there is no plan, and nothing is half-written."""
    out = (small_disk or tmp_path) / "out"
    small_batch(out, "first")
    first = _plans(out)["first"]
    _fill(small_disk, out, tmp_path / "faults")

    ended = small_batch(out, "first", *(f"n{i}" for i in range(8)))

    assert [record.planned for record in ended.records if record.name in {"first", "n7"}] == [True, False]
    assert {record.status for record in ended.records} == {"planned", "not_written"}
    assert "No space left" in ended.records[-1].reason
    after = _plans(out)
    assert after["first"] == first
    assert {len(plan) for plan in after.values()} == {len(first)}
    assert [*out.rglob(".writing-*")] == []
    assert all(json.loads(file.read_text(encoding="utf-8")) for file in (out / "records").iterdir())

    _make_read_only(small_disk, monkeypatch)
    with pytest.raises(OSError, match="Read-only file system"):
        small_batch(out, "first", "second")

    assert _plans(out) == after
