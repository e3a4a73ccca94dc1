"""Cargo spaces that ship with the package: ISO containers and usual truck boxes, with the source of every row."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.errors import UnknownNameError
from routing.model import CargoSpace, Door

if TYPE_CHECKING:
    import pandas as pd

_TABLE = Path(__file__).with_name("data") / "spaces.csv"


@cache
def cargo_space(name: str) -> CargoSpace:
    """Return a cargo space that ships with the package.

    Sources disagree by some centimetres, and payloads hang on the vehicle beneath: check those that matter.

    Parameters
    ----------
    name : str
        Its id, such as ``"40HC"`` or ``"9.6 m"``, or the ISO size and type code, such as ``"45G1"``.

    Returns
    -------
    CargoSpace
        To use as it is, or to change with `dataclasses.replace`.

    Raises
    ------
    UnknownNameError
        If there is none of that name.

    Examples
    --------
    >>> cargo_space("40HC").size_mm
    (12032, 2350, 2693)
    """
    table = cargo_spaces()
    rows = table[(table["id"] == name) | ((table["iso_type"] == name) & (name != ""))].to_dict("records")
    if not rows:
        raise UnknownNameError(f"there is no cargo space {name!r}; there are: {', '.join(table['id'])}")
    row = rows[0]
    wide, high = (float(row[name]) if row[name] else None for name in ("door_width_m", "door_height_m"))
    return CargoSpace(row["id"], length_m=float(row["length_m"]), width_m=float(row["width_m"]),
                      height_m=float(row["height_m"]), payload_kg=float(row["payload_kg"]),
                      doors=(Door(row["door"], width_m=wide, height_m=high),), temperature=row["temperature"])


def cargo_spaces() -> pd.DataFrame:
    """Return the table of cargo spaces that ship with the package.

    Returns
    -------
    DataFrame
        All columns as text: ``id``, ``iso_type`` (ISO 6346), ``kind`` (``container`` or ``truck``), ``length_m``,
        ``width_m``, ``height_m``, ``door_width_m``, ``door_height_m``, ``door`` (its side), ``payload_kg``,
        ``temperature``, ``chinese``, ``source``.
    """
    import pandas as pd

    return pd.read_csv(_TABLE, dtype=str, keep_default_na=False, encoding="utf-8")
