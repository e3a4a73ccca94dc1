"""The summary of a batch as a table: a Parquet file, a CSV file for spreadsheets, and a page for people."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.escape import defuse_cell, escape_html, plain_text
from routing.batch.record import STATUSES, Record
from routing.batch.store import Store, write_bytes

if TYPE_CHECKING:
    import pandas as pd

_TEXTS = ("name", "status", "reason", "day", "currency", "engine", "plan")
_COUNTS = ("routes", "orders", "unserved", "seed", "attempts")
COLUMNS = ("name", "status", "reason", "day", "cost", "currency", "km", "hours", "routes", "orders", "unserved",
           "seconds", "search_s", "engine", "seed", "attempts", "plan")
"""Columns of the summary; see `Record` for what they mean."""

_SHOWN = {"name": "名称", "status": "状态", "reason": "原因", "day": "日期", "cost": "成本", "km": "公里",
          "hours": "工时", "routes": "车次", "orders": "订单数", "unserved": "未配送", "seconds": "用时（秒）"}
_FORMATS = {"cost": ",.2f", "km": ",.1f", "hours": ",.1f", "seconds": ",.1f", "routes": ",", "orders": ",",
            "unserved": ","}
_STYLE = ("body{font:15px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;margin:2rem}table{border-collapse:collapse}"
          "th,td{padding:.25rem .7rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
          "td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}tr.bad{background:#fdecea}")


def summary_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return a row for each problem, in the order of the batch.

    Parameters
    ----------
    records : sequence of Record
        What became of them.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; figures are missing where there is no plan.
    """
    import pandas as pd

    frame = pd.DataFrame([record.to_dict() for record in records], columns=list(COLUMNS))
    kinds = dict.fromkeys(_TEXTS, "str") | dict.fromkeys(_COUNTS, "Int64")
    return frame.astype({column: kinds.get(column, "Float64") for column in COLUMNS})


def write_summary(store: Store, records: Sequence[Record], language: str = "en") -> None:
    """Write ``summary.parquet``, ``summary.csv`` and ``summary.html``, each whole or not at all.

    Parameters
    ----------
    store : Store
        Of the batch.
    records : sequence of Record
        What became of the problems.
    language : {"en", "zh"}
        Of the page.

    Raises
    ------
    OSError
        If one cannot be written; older ones are then untouched.
    """
    table = summary_table(records)
    parquet = io.BytesIO()
    table.to_parquet(parquet, index=False, compression="zstd")
    safe = table.assign(**{name: table[name].map(lambda cell: defuse_cell(plain_text(cell))) for name in _TEXTS})
    files = {"summary.parquet": parquet.getvalue(),
             "summary.csv": ("\ufeff" + safe.to_csv(index=False, lineterminator="\r\n")).encode(),
             "summary.html": _page(records, language).encode()}
    for name, content in files.items():
        store.write(name, _writer(content))


def _writer(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        write_bytes(path, content)

    return write


def headline(records: Sequence[Record], language: str = "en") -> str:
    """Return how many problems were planned, how many orders they leave, and what they cost.

    Parameters
    ----------
    records : sequence of Record
        What became of the problems.
    language : {"en", "zh"}
        Of the words.

    Returns
    -------
    str
        One line.
    """
    done = [record for record in records if record.planned]
    km = sum(record.km or 0.0 for record in done)
    left, orders = (sum(getattr(record, field) or 0 for record in done) for field in ("unserved", "orders"))
    costs: dict[str, float] = {}
    for record in done:
        costs[record.currency] = costs.get(record.currency, 0.0) + (record.cost or 0.0)
    cost = " + ".join(f"{amount:,.2f} {currency}".rstrip() for currency, amount in sorted(costs.items()))
    if language == "zh":
        return (f"共 {len(records)} 个问题，完成 {len(done)} 个；{km:,.1f} 公里，成本 {cost or 0}；"
                f"{orders} 个订单中 {left} 个未配送")
    return (f"{len(done)} of {len(records)} problems planned: {km:,.1f} km, {cost or 0}; "
            f"{left:,} of {orders:,} orders unserved")


def _page(records: Sequence[Record], language: str) -> str:
    chinese = language == "zh"
    head = "".join(f"<th>{_SHOWN[column] if chinese else column}</th>" for column in _SHOWN)
    body = "".join(f"<tr{'' if record.planned else ' class=bad'}>{_cells(record, chinese=chinese)}</tr>"
                   for record in records)
    title = "批量规划结果" if chinese else "Batch of plans"
    return (f"<!doctype html><html lang={'zh' if chinese else 'en'}><meta charset=utf-8><title>{title}</title>"
            f"<style>{_STYLE}</style><h1>{title}</h1><p>{escape_html(headline(records, language))}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></html>\n")


def _cells(record: Record, *, chinese: bool) -> str:
    cells = []
    for column in _SHOWN:
        value = getattr(record, column)
        if column == "status":
            value = STATUSES[value][chinese]
        if column in _FORMATS:
            cells.append(f"<td class=n>{'' if value is None else format(value, _FORMATS[column])}</td>")
        elif column == "name" and record.plan:
            cells.append(f'<td><a href="{escape_html(record.plan)}">{escape_html(value)}</a></td>')
        else:
            cells.append(f"<td>{escape_html(value)}</td>")
    return "".join(cells)
