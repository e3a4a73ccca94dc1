"""Make the golden values of tests/data/datum: what two independent packages say of a grid over China.

Usage: pip install coordTransform==0.2.1 prcoords==1.0.2, then python scripts/make_datum_golden.py
Both are asked for WGS 84 to GCJ-02 and BD-09; neither knows an outline, so points abroad are left to the reader.
"""

from __future__ import annotations

import csv
from pathlib import Path

import coordTransform
import prcoords

TARGET = Path(__file__).parents[1] / "tests" / "data" / "datum" / "golden.csv"


def main() -> None:
    """Write one row a point."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with TARGET.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle, lineterminator="\n")
        rows.writerow(["package", "datum", "lon", "lat", "shifted_lon", "shifted_lat"])
        for lat in range(18, 54, 2):
            for lon in range(74, 136, 3):
                x, y = lon + 0.123 + lat / 1000, lat + 0.456 + lon / 1000
                place = prcoords.Coords(y, x)
                for datum, there in (("gcj02", prcoords.wgs_gcj(place)), ("bd09", prcoords.wgs_bd(place))):
                    rows.writerow(["prcoords 1.0.2", datum, f"{x:.6f}", f"{y:.6f}",
                                   f"{there[1]:.11f}", f"{there[0]:.11f}"])
                for datum, call in (("gcj02", coordTransform.wgs84_to_gcj02), ("bd09", coordTransform.wgs84_to_bd09)):
                    there = call(x, y)
                    rows.writerow(["coordTransform 0.2.1", datum, f"{x:.6f}", f"{y:.6f}",
                                   f"{there[0]:.11f}", f"{there[1]:.11f}"])


if __name__ == "__main__":
    main()
