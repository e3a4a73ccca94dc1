"""A night of batches as a process of its own, with a worker in which things go wrong: python night.py MANIFEST OUT."""

import sys

import routing
from routing.batch import station


def tell(record, done, total):
    print(record.name, record.status, flush=True)


def main(manifest, out):
    station.MODULE, station.WARM_UP_S = "faulty_worker", 0.0
    ended = routing.batch(manifest, out, workers=2, timeout_s=8, progress=tell)
    print("interrupted" if ended.interrupted else "ended", ended.planned, len(ended.records), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
