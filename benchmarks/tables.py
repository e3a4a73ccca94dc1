"""Time the reading and checking of large tables: python benchmarks/tables.py FOLDER [ROWS].

Writes its files into FOLDER. Prints processor seconds (wall seconds mislead on a busy machine) and the peak of memory.
The last line is a file in which three cells of every row are wrong.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import numpy as np
from openpyxl import Workbook

import gisdata

HEADERS = ("id", "lon", "lat", "weight_kg", "volume_m3", "pieces", "window_begin", "window_end", "service_min",
           "skills", "penalty", "name", "address")


def main(folder: Path, rows: int) -> None:
    random = np.random.default_rng(1)
    good = [
        [f"O-{n:06d}", 114 + random.random(), 30 + random.random(), round(100 * random.random(), 1),
         round(random.random(), 3), int(random.integers(1, 9)), "08:00", "12:00", 5, "cold;crane", "", f"客户{n}",
         f"武汉市某路{n}号"]
        for n in range(rows)
    ]
    bad = [[row[0], "x", row[2], "heavy", *row[4:6], "8点", *row[7:]] for row in good]
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in (("good", good), ("bad", bad)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle).writerows([HEADERS, *body])
    book = Workbook(write_only=True)
    sheet = book.create_sheet("orders")
    for row in (HEADERS, *good):
        sheet.append(row)
    book.save(folder / "good.xlsx")

    gisdata.read_orders(_small(folder))  # imports are not part of the figures
    orders = timed("read_orders, CSV", gisdata.read_orders, folder / "good.csv")
    timed("read_orders, Excel", gisdata.read_orders, folder / "good.xlsx")
    timed("check_orders again", gisdata.check_orders, orders)
    timed("read_orders, CSV with 3 faults a row", gisdata.read_orders, folder / "bad.csv")


def _small(folder: Path) -> Path:
    path = folder / "small.csv"
    path.write_text("id,lon,lat\nA,7.4,43.7\n", encoding="utf-8")
    return path


def timed(what, function, argument):
    begin = time.process_time()
    try:
        result, outcome = function(argument), "no fault"
    except gisdata.TableError as error:
        result, outcome = None, f"{error.count:,} faults, {len(error.faults)} kept"
    print(f"{what:40s} {time.process_time() - begin:6.2f} s  peak {peak_mib():5.0f} MiB  {outcome}")
    return result


def peak_mib() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
