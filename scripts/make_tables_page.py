"""Write docs/tables.md from gisdata.schema, the one place that says which columns the input tables have.

Run as ``python scripts/make_tables_page.py docs/tables.md``.
"""

import sys
from pathlib import Path

from gisdata.schema import SCHEMAS, schema_table

INTRODUCTION = """\
# Tables

CSV, Excel, GeoJSON and GeoPackage are read, and judged by content, not by ending. Every cell is read as text first, so
ids stay as they are (`00123`, `NA`). Headers may be the English or the Chinese ones. Where *blank* says **required**,
every cell must be filled in; elsewhere a blank cell, or a column left out, means what stands there. All faults of a
file are reported at once, with row, column, value and remedy.

A clock time is `HH:MM`; `06:00+1` is six o'clock on the day after. In GeoJSON and GeoPackage the point takes the place
of `lon` and `lat`. Frames made in a notebook are checked with `gisdata.check_orders` and its like.

This page is made from the schema by `scripts/make_tables_page.py`.
"""
HEADERS = ("column", "unit", "blank", "least", "most", "meaning", "chinese")


def page() -> str:
    """Return the page as Markdown."""
    parts = [INTRODUCTION]
    for name, schema in SCHEMAS.items():
        table = schema_table(name)
        table["blank"] = table["blank"].where(~table["required"].astype(bool), "**required**")
        table["column"] = "`" + table["column"] + "`"
        lines = [f"| {' | '.join(HEADERS)} |", "| --- " * len(HEADERS) + "|"]
        lines += [f"| {' | '.join(row)} |" for row in table[list(HEADERS)].astype(str).itertuples(index=False)]
        parts.append(f"## {name.capitalize()} ({schema.chinese})\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
