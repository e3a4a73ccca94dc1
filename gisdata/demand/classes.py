"""Class what is demanded by how much it matters (ABC) and how steady it is (XYZ)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.errors import Fault, TableError

if TYPE_CHECKING:
    import pandas as pd


def abc_xyz(history: pd.DataFrame, value: pd.Series[float] | None = None, *, abc: tuple[float, float] = (0.8, 0.95),
            xyz: tuple[float, float] = (0.5, 1.0)) -> pd.DataFrame:
    """Return the classes of places, or of goods.

    Parameters
    ----------
    history : DataFrame
        Demand by period (rows) for each place or good (columns), such as from `demand_history`.
    value : Series, optional
        What one unit is worth, by the names of the columns; by default 1.
    abc : tuple of float
        In order of value: A up to this share of all, B up to that, C the rest; the first is always A.
    xyz : tuple of float
        By the coefficient of variation over the periods: X up to this, Y up to that, Z above.

    Returns
    -------
    DataFrame
        By name, the most valuable first, of equals in the order of the table: `value`, `share`, `cumulated`,
        `variation` (standard deviation over mean, of the population; not a number without demand), `abc`, `xyz`.

    Raises
    ------
    TableError
        With every amount and value that is negative or no number, and if all is 0 or the shares do not rise.

    References
    ----------
    Heizer, Render and Munson (2017), "Operations Management", 12th ed., ch. 12: ABC analysis.
    """
    import pandas as pd

    worth = pd.Series(1.0, index=history.columns) if value is None else value.reindex(history.columns)
    amounts, worths = history.to_numpy(dtype=np.float64), worth.to_numpy(dtype=np.float64)
    remedy = "Correct it, or leave it out."
    faults = [Fault("history", "is no amount, which is 0 or more", remedy, row=str(history.index[row]),
                    column=str(history.columns[column]), value=f"{amounts[row, column]:g}")
              for row, column in np.argwhere(~(amounts >= 0)).tolist()]
    faults += [Fault("value", "is no value, which is 0 or more", remedy, row=str(history.columns[row]),
                     value=f"{worths[row]:g}") for row in np.flatnonzero(~(worths >= 0)).tolist()]
    total = amounts.sum(axis=0) * worths
    if not faults and not total.sum() > 0:
        faults.append(Fault("history", "holds nothing of value", "ABC needs some."))
    for name, (low, high) in (("abc", abc), ("xyz", xyz)):
        if not 0 < low < high:
            faults.append(Fault(name, "must rise", "Write the lower limit first.", value=f"{low:g}, {high:g}"))
    if faults:
        raise TableError(faults)
    order = np.argsort(-total, kind="stable")
    share = total[order] / total.sum()
    cumulated = np.cumsum(share)
    mean, spread = amounts.mean(axis=0)[order], amounts.std(axis=0)[order]
    variation = np.divide(spread, mean, out=np.full(len(mean), np.nan), where=mean > 0)
    letter = np.array(list("ABC"))[np.searchsorted(abc, cumulated - 1e-12)]
    letter[0] = "A"
    steady = np.array(list("XYZ"))[np.searchsorted(xyz, np.where(np.isnan(variation), np.inf, variation))]
    return pd.DataFrame({"value": total[order], "share": share, "cumulated": cumulated, "variation": variation,
                         "abc": letter, "xyz": steady}, index=history.columns[order])
