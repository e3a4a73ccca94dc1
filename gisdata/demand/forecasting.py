"""Forecast demand by simple methods, and test each on the past before it is believed.

A series is demand by period, the oldest first. What does not beat the seasonal naive forecast is said not to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gisdata.errors import GisDataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

NAIVE = "seasonal naive"
ALPHAS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""Smoothing factors that are tried where none is given."""


class ForecastError(GisDataError, ValueError):
    """A series is too short, or holds what is no demand."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast with the test that chose its method.

    Parameters
    ----------
    values : ndarray of float
        The next periods.
    method : str
        Which method.
    beats_naive : bool
        Whether it was better than the seasonal naive forecast on the past.
    tested : DataFrame
        From `back_test`.
    """

    values: NDArray[np.float64]
    method: str
    beats_naive: bool
    tested: pd.DataFrame

    def __str__(self) -> str:
        """Return one line: the method, and whether it is worth its trouble."""
        if self.beats_naive:
            relative = float(self.tested["relative"].iloc[0])
            return f"{self.method}: its mean error is {relative:.2f} of that of the {NAIVE} forecast"
        return f"{NAIVE}: no other method was better on the past"


def seasonal_naive(series: ArrayLike, horizon: int, season: int = 7) -> NDArray[np.float64]:
    """Return the last season again.

    Parameters
    ----------
    series : array-like of float
        Demand by period.
    horizon : int
        How many periods.
    season : int
        Periods of a season; 1 repeats the last value.

    Returns
    -------
    ndarray of float, shape (horizon,)
        The forecast.
    """
    known = _checked(series, season)
    return np.resize(known[-season:], horizon)


def smoothing(series: ArrayLike, horizon: int, season: int = 1, alpha: float | None = None) -> NDArray[np.float64]:
    """Return a forecast by simple exponential smoothing, the season taken out before and put back after.

    Parameters
    ----------
    series : array-like of float
        Demand by period.
    horizon : int
        How many periods.
    season : int
        Periods of a season; 1: none. Its factors are means over mean, as in classical decomposition.
    alpha : float, optional
        Weight of the newest value, 0 to 1; by default that of `ALPHAS` with the least squared one-step error.

    Returns
    -------
    ndarray of float, shape (horizon,)
        The forecast. The level begins with the first value.

    References
    ----------
    Brown (1959), "Statistical Forecasting for Inventory Control", McGraw-Hill; in the words of Hyndman and
    Athanasopoulos (2013), "Forecasting: Principles and Practice", section 7.1.
    """
    known = _checked(series, season)
    factor = _season_factors(known, season)
    then = np.resize(np.roll(factor, len(known) % season), len(known))
    plain = known[then > 0] / then[then > 0]  # a day that never sells says nothing of the level
    chosen = alpha if alpha is not None else min(ALPHAS, key=lambda each: _levels(plain, each)[1])
    level, _ = _levels(plain, chosen)
    return level * np.resize(factor, horizon)


def croston(series: ArrayLike, horizon: int, alpha: float = 0.1) -> NDArray[np.float64]:
    """Return a forecast of demand that is mostly 0: its smoothed size divided by its smoothed interval.

    Parameters
    ----------
    series : array-like of float
        Demand by period.
    horizon : int
        How many periods.
    alpha : float
        Weight of the newest size and interval, 0 to 1.

    Returns
    -------
    ndarray of float, shape (horizon,)
        The same for each period; 0 where there never was any demand.

    References
    ----------
    Croston (1972), "Forecasting and Stock Control for Intermittent Demands", Operational Research Quarterly 23(3),
    289-303; begun, as by Shenstone and Hyndman (2005), with the first size and the periods up to it.
    """
    known = _checked(series, 1)
    at = np.flatnonzero(known)
    if not len(at):
        return np.zeros(horizon)
    intervals = np.diff(at, prepend=-1).astype(np.float64)
    size, _ = _levels(known[at], alpha)
    interval, _ = _levels(intervals, alpha)
    return np.full(horizon, size / interval)


def back_test(series: ArrayLike, horizon: int, season: int = 7, folds: int = 4) -> pd.DataFrame:
    """Return how well each method would have forecast the past, from several days on.

    Parameters
    ----------
    series : array-like of float
        Demand by period; at least two seasons and the periods forecast.
    horizon : int
        Periods forecast each time.
    season : int
        Periods of a season.
    folds : int
        How often; the last forecast ends with the series, each one before ends a horizon earlier.

    Returns
    -------
    DataFrame
        By method, best first, of equals the naive one: `mean_error` (mean absolute), `bias` (mean of forecast less
        demand), `relative` (error divided by that of the seasonal naive one) and `beats_naive`.

    Raises
    ------
    ForecastError
        If the series is too short for one fold, or holds a negative value or what is no number.
    """
    known = _checked(series, season)
    folds = min(folds, (len(known) - 2 * season) // horizon) if horizon > 0 else 0
    if folds < 1:
        raise ForecastError(f"{len(known)} periods are too few to test {horizon} periods with seasons of {season}: "
                            f"at least {2 * season + max(horizon, 1)} are needed")
    gaps: dict[str, list[NDArray[np.float64]]] = {name: [] for name in _methods(season)}
    for fold in range(folds):
        end = len(known) - fold * horizon
        for name, method in _methods(season).items():
            gaps[name].append(method(known[: end - horizon], horizon) - known[end - horizon : end])
    error = {name: float(np.abs(np.concatenate(gap)).mean()) for name, gap in gaps.items()}
    naive = error[NAIVE]
    rows = {name: {"mean_error": error[name], "bias": float(np.concatenate(gap).mean()),
                   "relative": error[name] / naive if naive > 0 else 1.0 if error[name] == 0 else np.inf,
                   "beats_naive": error[name] < naive} for name, gap in gaps.items()}
    return pd.DataFrame.from_dict(rows, orient="index").sort_values("mean_error", kind="stable")


def forecast(series: ArrayLike, horizon: int, season: int = 7, folds: int = 4) -> Forecast:
    """Return a forecast by the method that was best on the past, or the seasonal naive one if none beat it.

    Parameters
    ----------
    series : array-like of float
        Demand by period.
    horizon : int
        How many periods.
    season : int
        Periods of a season: 7 for days with a weekly rhythm, 12 for months.
    folds : int
        As for `back_test`.

    Returns
    -------
    Forecast
        Values, method, and the test.

    Raises
    ------
    ForecastError
        As `back_test`.
    """
    tested = back_test(series, horizon, season, folds)
    best = str(tested.index[0])
    return Forecast(_methods(season)[best](series, horizon), best, bool(tested["beats_naive"].iloc[0]), tested)


def _methods(season: int) -> dict[str, Callable[[Any, int], NDArray[np.float64]]]:
    return {
        NAIVE: lambda series, horizon: seasonal_naive(series, horizon, season),
        "smoothing": smoothing,
        "seasonal smoothing": lambda series, horizon: smoothing(series, horizon, season),
        "croston": croston,
    }


def _levels(values: NDArray[np.float64], alpha: float) -> tuple[float, float]:
    """Return the last smoothed level, and the sum of squared one-step errors."""
    level, squares = float(values[0]), 0.0
    for value in values[1:].tolist():
        squares += (value - level) ** 2
        level += alpha * (value - level)
    return level, squares


def _season_factors(values: NDArray[np.float64], season: int) -> NDArray[np.float64]:
    """Return the factors of the coming season: means over the last whole seasons, divided by the mean of these."""
    whole = values[len(values) % season :].reshape(-1, season)
    if season == 1 or whole.mean() == 0:
        return np.ones(season)
    factor = whole.mean(axis=0) / whole.mean()
    return np.asarray(factor, dtype=np.float64)


def _checked(series: ArrayLike, season: int) -> NDArray[np.float64]:
    known = np.asarray(series, dtype=np.float64).ravel()
    bad = np.flatnonzero(~((known >= 0) & np.isfinite(known)))
    if len(bad):
        raise ForecastError(f"{len(bad)} values are no demand, which is 0 or more; the first is {known[bad[0]]:g} at "
                            f"position {bad[0]}")
    if season < 1 or len(known) < season:
        raise ForecastError(f"{len(known)} periods do not hold a season of {season}")
    return known
