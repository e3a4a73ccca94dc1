"""Types of distribution centre as profiles of defaults: who runs it, how far it reaches, what it does.

A profile fills in what tables leave blank, and switches rules and costs on and off. What a table states stays.
Every default is a row of ``centre_types.csv`` with where it comes from. The names follow the usual division by
operator, range and function (经营主体、服务范围、功能).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gisdata.clock import parse_clock
from gisdata.errors import UnknownNameError
from gisdata.schema import SCHEMAS

if TYPE_CHECKING:
    import pandas as pd

AXES = ("operator", "range", "function")
_FILE = Path(__file__).with_name("centre_types.csv")
_ON, _OFF = "on", "off"


class Default(NamedTuple):
    """One default of a type.

    Parameters
    ----------
    axis, type, chinese : str
        ``operator``, ``range`` or ``function``; which one, in English and Chinese.
    part : str
        ``orders``, ``depots`` or ``vehicles``, whose column it fills in; or ``sites``.
    setting : str
        The column, or of siting ``max_travel_min``, ``single_source``, ``capacity`` or ``fixed_cost``.
    value : str
        What a blank cell becomes; ``off`` blanks the column; sites: minutes, ``on`` or ``off``.
    source : str
        Where it comes from.
    """

    axis: str
    type: str
    chinese: str
    part: str
    setting: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class CentreType:
    """A type of distribution centre.

    Parameters
    ----------
    operator, range, function : str
        English names of its place on the three axes.
    defaults : tuple of Default
        All that it sets.
    """

    operator: str
    range: str
    function: str
    defaults: tuple[Default, ...]

    def tables(self, orders: pd.DataFrame, depots: pd.DataFrame, vehicles: pd.DataFrame,
               ) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Return the tables of a day with the defaults of this type.

        Parameters
        ----------
        orders, depots, vehicles : DataFrame
            As from `gisdata.read_orders` and so on, or to be checked like those.

        Returns
        -------
        tuple of DataFrame
            The three tables, checked; blank cells filled in, columns of rules that are switched off blank.

        Raises
        ------
        TableError
            With every fault of a table.
        """
        from gisdata.tables import check_depots, check_orders, check_vehicles

        return (check_orders(self._filled("orders", check_orders(orders))),
                check_depots(self._filled("depots", check_depots(depots))),
                check_vehicles(self._filled("vehicles", check_vehicles(vehicles))))

    def sites(self, candidates: pd.DataFrame) -> pd.DataFrame:
        """Return candidate sites without the costs and capacities that this type switches off.

        Parameters
        ----------
        candidates : DataFrame
            As for `routing.siting`.

        Returns
        -------
        DataFrame
            Without ``capacity`` or ``fixed_cost`` where it is off.
        """
        off = [one.setting for one in self.defaults if one.part == "sites" and one.value == _OFF]
        return candidates.drop(columns=[name for name in off if name in candidates])

    @property
    def siting(self) -> dict[str, Any]:
        """What `routing.siting.fixed_charge` is told besides: ``max_travel`` (minutes) and ``single_source``."""
        said = {one.setting: one.value for one in self.defaults if one.part == "sites"}
        return {"max_travel": float(said["max_travel_min"]), "single_source": said["single_source"] == _ON}

    def _filled(self, part: str, table: pd.DataFrame) -> pd.DataFrame:
        """Return a checked table with the defaults of this type in its blank cells."""
        table = table.copy()
        for one in self.defaults:
            column = SCHEMAS[part].column(one.setting) if one.part == part else None
            if column is None:
                continue
            if column.seconds_name in table:
                table = table.drop(columns=column.seconds_name)
            if one.value == _OFF:
                table[column.name] = column.default
                continue
            blank = table[column.name].isna() | (table[column.name] == column.default)
            value = parse_clock(one.value) if column.kind == "clock" else (
                one.value if column.kind == "choice" else float(one.value))
            table[column.name] = table[column.name].where(~blank, value)
        return table


def centre_type(operator: str, range: str, function: str) -> CentreType:
    """Return a type of distribution centre.

    Parameters
    ----------
    operator : str
        ``"manufacturer"``, ``"wholesaler"`` or ``"retailer"``.
    range : str
        ``"city"`` or ``"regional"``.
    function : str
        ``"storage"``, ``"flow-through"`` or ``"processing"``. Chinese names are understood as well.

    Returns
    -------
    CentreType
        With its defaults.

    Raises
    ------
    UnknownNameError
        With every name that is none, and those there are.

    Examples
    --------
    >>> centre_type("retailer", "城市", "flow-through").siting
    {'max_travel': 60.0, 'single_source': True}
    """
    asked = dict(zip(AXES, (operator, range, function), strict=True))
    rows = [[one for one in _defaults() if one.axis == axis and name in (one.type, one.chinese)]
            for axis, name in asked.items()]
    unknown = [f"{axis} {name!r} (there are: {', '.join(_names(axis))})"
               for (axis, name), found in zip(asked.items(), rows, strict=True) if not found]
    if unknown:
        raise UnknownNameError(f"there is no such type of centre: {'; '.join(unknown)}")
    first, second, third = (found[0].type for found in rows)
    return CentreType(first, second, third, tuple(one for found in rows for one in found))


def centre_types() -> pd.DataFrame:
    """Return every default of every type, with its source.

    Returns
    -------
    DataFrame
        One row a default: `axis`, `type`, `chinese`, `part`, `setting`, `value`, `source`.
    """
    import pandas as pd

    return pd.DataFrame(_defaults(), columns=list(Default._fields))


def _names(axis: str) -> list[str]:
    return list(dict.fromkeys(f"{one.type} {one.chinese}" for one in _defaults() if one.axis == axis))


@cache
def _defaults() -> tuple[Default, ...]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Default(**row) for row in csv.DictReader(file))
