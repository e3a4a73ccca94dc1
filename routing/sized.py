"""Which roads a vehicle may use by its own size: a road profile narrowed by the figures of its vehicle type.

Reads no table and finds no way. Metres; the profile's masses are tonnes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gisdata.network.access import access
from gisdata.network.speeds import edge_speed_kmh
from gisdata.profiles import load_profile, profile_text
from gisdata.profiles.profile import TURN_TIMES

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork
    from gisdata.profiles import Profile
    from routing.model import VehicleType


def sized_profile(vehicle: VehicleType) -> str:
    """Return the name of a vehicle type's road profile with the vehicle's own size and mass.

    Parameters
    ----------
    vehicle : VehicleType
        `length_m`, `width_m`, `height_m`, `gross_mass_kg` and `axles` count where they are known. The loads of the
        heaviest axle and bogie are those of the profile, in proportion to the mass on an axle.

    Returns
    -------
    str
        Such as ``truck height_m=3.1 mass_t=4.495``; the profile's own name if the type says nothing more.

    Examples
    --------
    >>> from routing import VehicleType
    >>> sized_profile(VehicleType("lorry", profile="truck", height_m=3.1))
    'truck height_m=3.1'
    """
    base = load_profile(vehicle.profile)
    figures: dict[str, float] = {}
    for name in ("height_m", "width_m", "length_m"):
        own = getattr(vehicle, name)
        if own is not None and own != getattr(base, name):
            figures[name] = own
    mass_t = base.mass_t if vehicle.gross_mass_kg is None else vehicle.gross_mass_kg / 1000
    axles = vehicle.axles or base.axles
    if (mass_t, axles) != (base.mass_t, base.axles):
        figures |= {"mass_t": mass_t, "rated_mass_t": mass_t if vehicle.gross_mass_kg else base.rated_mass_t,
                    "axle_load_t": min(mass_t, _in_proportion(base.axle_load_t, base, mass_t, axles)),
                    "bogie_load_t": min(mass_t, _in_proportion(base.bogie_load_t, base, mass_t, axles)), "axles": axles}
    return profile_text(vehicle.profile, {name: figure for name, figure in figures.items()
                                          if figure != getattr(base, name)})


def with_sized_profiles(fleet: Sequence[VehicleType], roads: RoadNetwork) -> list[VehicleType]:
    """Return a fleet whose vehicle types name the road profiles that their sizes make.

    A type keeps its profile where its size makes no difference on these roads. Types for whom the same roads are open
    at the same speeds share a profile, and so a matrix.

    Parameters
    ----------
    fleet : sequence of VehicleType
        Vehicles.
    roads : RoadNetwork
        What they drive on.

    Returns
    -------
    list of VehicleType
        In order; those whose profile stays are the same objects.
    """
    use = {text: _use_of(roads, text) for vehicle in fleet for text in (vehicle.profile, sized_profile(vehicle))}
    shared: dict[bytes, str] = {}
    for text in sorted(use):
        shared.setdefault(use[text], text)
    result = []
    for vehicle in fleet:
        own = use[sized_profile(vehicle)]
        kept = own == use[vehicle.profile]
        result.append(vehicle if kept else replace(vehicle, profile=shared[own]))
    return result


def _in_proportion(load_t: float, base: Profile, mass_t: float, axles: int) -> float:
    """Return an axle load of the profile, changed as the mass on an axle is."""
    if not (base.mass_t and base.axles and axles):
        return load_t
    return round(load_t * (mass_t / axles) / (base.mass_t / base.axles), 3)


def _use_of(roads: RoadNetwork, profile: str) -> bytes:
    """Return a digest of which roads a profile may use, how fast, and how it turns."""
    where, who = access(roads, profile), load_profile(profile)
    turning = [who.access_tags, *(getattr(who, name) for name in (*TURN_TIMES, "turn_bias", "u_turns", "left_hand"))]
    total = hashlib.sha256(repr(turning).encode() if who.turns else b"")
    for array in (where.through, where.ends, where.passable, edge_speed_kmh(roads, profile)):
        total.update(array.tobytes())
    return total.digest()
