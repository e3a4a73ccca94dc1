"""Score cards: carriers, drivers or sites weighed by several criteria, with base points, bonus and malus, and caps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gisdata.errors import Fault, TableError


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a score card.

    Parameters
    ----------
    name : str
        Column that holds the figure.
    weight : float
        Share of the score; weights of a card sum to 100.
    worst, best : float
        Figures that earn no points and full points; between them points rise in a straight line. `best` may be the
        smaller one, as for lateness.
    """

    name: str
    weight: float
    worst: float
    best: float


def score_card(
    table: pd.DataFrame, criteria: Sequence[Criterion], *, base: float = 0.0, bonus: str | None = None,
    malus: str | None = None, most_bonus: float = math.inf, most_malus: float = math.inf, cap: float = 100.0,
) -> pd.DataFrame:
    """Return points by criterion, and the score of each row, the best first.

    ``score = base + (100 - base) / 100 * sum(weight / 100 * points) + bonus - malus``, held between 0 and `cap`; points
    of a criterion lie between 0 and 100.

    Parameters
    ----------
    table : DataFrame
        One row a carrier, driver or site; ``id`` or else the index names it.
    criteria : sequence of Criterion
        Lines of the card.
    base : float
        Points that everyone has, 0 to 100; criteria share out the rest.
    bonus, malus : str, optional
        Columns of points added and taken away; blank cells count as none.
    most_bonus, most_malus : float
        Most points of each.
    cap : float
        Highest score.

    Returns
    -------
    DataFrame
        `id`, points of each criterion by name, `bonus`, `malus`, `score` and `rank`; equal scores share a rank.

    Raises
    ------
    TableError
        If weights do not sum to 100 (it says what is missing), a column or figure is missing, or a range is empty; with
        all faults.

    Examples
    --------
    >>> sites = pd.DataFrame({"id": ["A", "B"], "rent": [20, 30], "minutes": [40, 10]})
    >>> card = [Criterion("rent", 60, worst=30, best=10), Criterion("minutes", 40, worst=60, best=0)]
    >>> score_card(sites, card)[["id", "score"]].round(1).to_dict("records")
    [{'id': 'A', 'score': 43.3}, {'id': 'B', 'score': 33.3}]
    """
    extras = {"bonus": (bonus, most_bonus), "malus": (malus, most_malus)}
    faults = _faults(table, criteria, [column for column, _ in extras.values() if column], base)
    if faults:
        raise TableError(faults)
    found = pd.DataFrame({"id": [str(name) for name in table.get("id", table.index)]})
    total = np.zeros(len(table))
    for line in criteria:
        share = (table[line.name].to_numpy(dtype=np.float64) - line.worst) / (line.best - line.worst)
        found[line.name] = 100 * np.clip(share, 0.0, 1.0)
        total += line.weight / 100 * found[line.name].to_numpy()
    for name, (column, most) in extras.items():
        points = table[column].fillna(0.0).to_numpy(dtype=np.float64) if column else np.zeros(len(table))
        found[name] = np.minimum(points, most)
    score = base + (100 - base) / 100 * total + found["bonus"] - found["malus"]
    found["score"] = np.clip(score, 0.0, cap)
    found["rank"] = found["score"].round(9).rank(ascending=False, method="min").astype(int)
    return found.sort_values(["rank", "id"], kind="stable", ignore_index=True)


def _faults(table: pd.DataFrame, criteria: Sequence[Criterion], extras: Sequence[str], base: float) -> list[Fault]:
    """Return all that is wrong with a card and its table."""
    faults = []
    total = math.fsum(line.weight for line in criteria)
    if not math.isclose(total, 100.0, abs_tol=1e-9):
        more = f"{100 - total:g} are missing" if total < 100 else f"{total - 100:g} are too many"
        faults.append(Fault("score card", f"weights sum to {total:g}, not to 100", f"{more.capitalize()}.",
                            column="weight"))
    if not 0 <= base <= 100:
        faults.append(Fault("arguments", "is not from 0 to 100", "Criteria share out what the base leaves of 100.",
                            column="base", value=str(base)))
    for line in criteria:
        if line.weight < 0:
            faults.append(Fault("score card", "has a negative weight", "Use a malus.", row=line.name,
                                value=str(line.weight)))
        if not (math.isfinite(line.best) and math.isfinite(line.worst) and line.best != line.worst):
            faults.append(Fault("score card", "has no range", "Give different figures for worst and best.",
                                row=line.name, value=f"{line.worst} to {line.best}"))
    for name in [*(line.name for line in criteria), *extras]:
        if name not in table:
            faults.append(Fault("table", "has no such column", "Add it, or leave the line out.", column=name))
            continue
        numbers = pd.to_numeric(table[name], errors="coerce")
        bad = numbers.isna() & ~(table[name].isna() & (name in extras)) | (numbers < 0) & (name in extras)
        faults += [Fault("table", "is no figure" if name not in extras else "is no number of points, 0 or more",
                         "Fill it in.", row=str(row), column=name, value=str(value))
                   for row, value in table.loc[bad.to_numpy(), name].items()]
    return faults
