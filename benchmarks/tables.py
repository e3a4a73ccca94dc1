"""Reading of large tables: clean, with three faults a row, and as companies send them; processor seconds and memory.

Usage: python benchmarks/tables.py [--rows 100000] [--quick] [--json FILE]

The file as sent is GB18030 with a title row, Chinese headers with units, full-width digits, units and words in cells:
every cell is repaired, and every repair is listed and then written as a table. Each case runs in a process of its own,
so that its peak of memory is its own.
"""

import csv
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from openpyxl import Workbook
from report import Figures, arguments, heading, peak_mb

import gisdata

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # tests.messy makes the files as sent

from tests import messy

SEED = 1
HEADERS = ("id", "lon", "lat", "weight_kg", "volume_m3", "pieces", "window_begin", "window_end", "service_min",
           "skills", "penalty", "name", "address")


def main():
    parser = arguments(__doc__, quick="10,000 rows, files of text only")
    parser.add_argument("--rows", type=int, default=100_000)
    asked = parser.parse_args()
    rows = 10_000 if asked.quick else asked.rows
    heading("pandas", "openpyxl", "numpy", seed=SEED)
    figures = Figures()
    cases = {"good.csv": checked, "bad.csv": checked, "as-sent.csv": opened}
    if not asked.quick:
        cases["good.xlsx"] = checked
    with tempfile.TemporaryDirectory() as name:
        write_files(Path(name), rows, workbook=not asked.quick)
        fresh = multiprocessing.get_context("spawn")
        for file, read in cases.items():
            with fresh.Pool(1) as pool:
                for metric, value, unit in pool.apply(read, (Path(name) / file,)):
                    figures.add(f"{rows} rows, {file}", "routebook", metric, value, unit)
    figures.write(asked.json)


def write_files(folder, rows, *, workbook):
    """Write a good table, one with three faults in every row, and one as bad as real ones."""
    random = np.random.default_rng(SEED)
    good = [
        [f"O-{n:06d}", 114 + random.random(), 30 + random.random(), round(100 * random.random(), 1),
         round(random.random(), 3), int(random.integers(1, 9)), "08:00", "12:00", 5, "cold;crane", "", f"客户{n}",
         f"武汉市某路{n}号"]
        for n in range(rows)
    ]
    bad = [[row[0], "x", row[2], "heavy", *row[4:6], "8点", *row[7:]] for row in good]
    for name, body in (("good", good), ("bad", bad)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as handle:
            csv.writer(handle).writerows([HEADERS, *body])
    messy.write_csv(messy.messy_orders(SEED, rows), folder / "as-sent.csv")
    (folder / "small.csv").write_text("id,lon,lat\nA,7.4,43.7\n", encoding="utf-8")
    if workbook:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("orders")
        for row in (HEADERS, *good):
            sheet.append(row)
        book.save(folder / "good.xlsx")


def checked(path):
    """Return figures of `read_orders`."""
    gisdata.read_orders(path.with_name("small.csv"))  # imports are no part of the figures
    begin = time.process_time()
    try:
        found = len(gisdata.read_orders(path)), "rows"
    except gisdata.TableError as error:
        found = error.count, "faults"
    return [("read_s", time.process_time() - begin, "s"), ("found", *found), ("peak_mb", peak_mb(), "MB")]


def opened(path):
    """Return figures of `open_table`, of the summary of repairs, and of all repairs written."""
    gisdata.open_table(path.with_name("small.csv"), "orders")
    begin = time.process_time()
    table = gisdata.open_table(path, "orders")
    str(table.repairs)
    read = time.process_time()
    table.repairs.to_frame().to_csv(path.with_name("repairs.csv"), index=False)
    written = time.process_time()
    return [("read_s", read - begin, "s"), ("repairs", len(table.repairs), "cells"),
            ("read_and_report_s", written - begin, "s"), ("peak_mb", peak_mb(), "MB")]


if __name__ == "__main__":
    main()
