"""What a vehicle emits on a kilometre: averages by class and mass, for comparing ways, not for an inventory.

The figures stand in `emissions.toml`, each with its source. Load, slope, traffic and age are not known here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from gisdata.profiles import Profile, as_profile

_NO_EXHAUST = frozenset({"electric", "hydrogen"})


def co2_kg_per_km(profile: str | Profile) -> float:
    """Return the carbon dioxide that a vehicle of a profile emits on an average kilometre, tank to wheel.

    Parameters
    ----------
    profile : str or Profile
        Its rated mass counts; without one, that it is a truck (of 16 to 32 t), a van or a car.

    Returns
    -------
    float
        Kilograms; diesel is assumed, but for what burns nothing.

    References
    ----------
    EMEP/EEA air pollutant emission inventory guidebook 2019, part B, 1.A.3.b.i-iv Road transport.

    Examples
    --------
    >>> round(co2_kg_per_km("van"), 3)
    0.254
    """
    who = as_profile(profile)
    if getattr(who, "energy", "diesel") in _NO_EXHAUST:
        return 0.0
    table = _figures()
    fuel_g = {row["of"]: float(row["fuel_g_per_km"]) for row in table["classes"]}[_class(who, table["classes"])]
    return fuel_g / 1000 * float(table["kg_co2_per_kg_fuel"])


def _class(who: Profile, classes: list[Mapping[str, Any]]) -> str:
    if "hgv" in who.access_tags:
        mass_t = getattr(who, "rated_mass_t", 0.0) or 26.0
        return next(str(row["of"]) for row in classes[1:] if mass_t <= row.get("up_to_t", mass_t))
    return "van" if "goods" in who.access_tags else "car"


@cache
def _figures() -> Mapping[str, Any]:
    return tomllib.loads(files("gisdata.profiles").joinpath("emissions.toml").read_text(encoding="utf-8"))
