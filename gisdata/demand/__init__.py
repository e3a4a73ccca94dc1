"""What was ordered, when and where: histories by place and period, profiles, forecasts with a back-test, ABC and XYZ.

Knows no road and no vehicle. Amounts are whatever the table counts: orders, kilograms, pallets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.demand.classes import abc_xyz
    from gisdata.demand.forecasting import Forecast, back_test, croston, forecast, seasonal_naive, smoothing
    from gisdata.demand.history import demand_history, demand_profile

__all__ = [
    "Forecast",
    "abc_xyz",
    "back_test",
    "croston",
    "demand_history",
    "demand_profile",
    "forecast",
    "seasonal_naive",
    "smoothing",
]

_HOMES = {"Forecast": "forecasting", "abc_xyz": "classes", "back_test": "forecasting", "croston": "forecasting",
          "demand_history": "history", "demand_profile": "history", "forecast": "forecasting",
          "seasonal_naive": "forecasting", "smoothing": "forecasting"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
