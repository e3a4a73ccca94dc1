"""Sum orders by place and period, and tell how demand goes with the day of the week and the month."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from gisdata.errors import Fault, MissingColumnError, TableError

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
Period = Literal["day", "week", "month"]
_FREQUENCIES = {"day": "D", "week": "W-SUN", "month": "M"}


def demand_history(orders: pd.DataFrame, *, date: str = "date", place: str = "id", amount: str | None = None,
                   period: Period = "day") -> pd.DataFrame:
    """Return demand by period and place, periods without an order as 0.

    Parameters
    ----------
    orders : DataFrame
        One row per order.
    date, place : str
        Columns with the day of an order and the place that it is for.
    amount : str, optional
        Column with its amount; by default each order counts 1.
    period : {"day", "week", "month"}
        Weeks run from Monday to Sunday.

    Returns
    -------
    DataFrame
        Index: every period from the first to the last (PeriodIndex); a column for each place, in order of names.

    Raises
    ------
    MissingColumnError
        If a column is missing.
    TableError
        With every date that is none and every amount that is negative or no number; or if there is no order.
    """
    wanted = [date, place] if amount is None else [date, place, amount]
    if missing := [Fault("orders", "is missing", f"There are: {', '.join(map(str, orders.columns))}.", column=name)
                   for name in wanted if name not in orders]:
        raise MissingColumnError(missing)
    days = pd.to_datetime(orders[date], errors="coerce")
    amounts = pd.Series(1.0, index=orders.index) if amount is None else pd.to_numeric(orders[amount], errors="coerce")
    faults = [Fault("orders", "is no date", "Write it as 2026-01-31.", row=str(orders.index[row]), column=date,
                    value=str(orders[date].iloc[row])) for row in np.flatnonzero(days.isna()).tolist()]
    faults += [Fault("orders", "is no amount, which is 0 or more", "Correct it, or leave the order out.",
                     row=str(orders.index[row]), column=str(amount), value=str(orders[amount].iloc[row]))
               for row in np.flatnonzero(~(amounts.to_numpy(dtype=np.float64) >= 0)).tolist()]
    if not len(orders):
        faults.append(Fault("orders", "there are none", "Give at least one."))
    if faults:
        raise TableError(faults)
    when = pd.PeriodIndex(days, freq=_FREQUENCIES[period])
    table = pd.DataFrame({"when": when, "place": orders[place].astype(str).to_numpy(), "amount": amounts.to_numpy()})
    sums = table.pivot_table(index="when", columns="place", values="amount", aggfunc="sum", fill_value=0.0)
    every = pd.period_range(when.min(), when.max(), freq=_FREQUENCIES[period])
    return sums.reindex(every, fill_value=0.0).astype(np.float64)


def demand_profile(history: pd.DataFrame) -> pd.DataFrame:
    """Return how demand goes with the day of the week and the month, 1 being the mean day.

    Parameters
    ----------
    history : DataFrame
        From `demand_history`, by day.

    Returns
    -------
    DataFrame
        `of` (``weekday`` or ``month``), `name` (Mo to Su, or 1 to 12), `days` and `factor`: the mean of these days,
        divided by the mean of all. Only what occurs; weighted by its days, the factors of each kind have the mean 1.

    Raises
    ------
    TableError
        If the history is not by day, or there was no demand.
    """
    if not isinstance(history.index, pd.PeriodIndex) or history.index.freqstr != "D":
        raise TableError([Fault("history", "is not by day", 'Take demand_history(..., period="day").')])
    total = history.sum(axis=1)
    if not total.sum() > 0:
        raise TableError([Fault("history", "holds no demand", "A profile needs some.")])
    kinds = {"weekday": history.index.day_of_week, "month": history.index.month}
    rows = []
    for kind, key in kinds.items():
        for number, days in total.groupby(np.asarray(key)):
            name = WEEKDAYS[int(number)] if kind == "weekday" else str(number)  # type: ignore[call-overload]
            rows.append((kind, name, len(days), float(days.mean() / total.mean())))
    return pd.DataFrame(rows, columns=["of", "name", "days", "factor"])
