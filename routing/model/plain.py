"""Nouns as plain JSON values, and back. Matrices and roads are kept elsewhere: they are no JSON.

Infinity (no limit) is written as null, which no field that may be infinite uses for anything else.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, TypeVar

from routing.errors import ProblemError
from routing.model.breaks import Break, DrivingRule
from routing.model.cargo import Axle, CargoSpace, Compartment, Door
from routing.model.line import FixedLine
from routing.model.load import LoadingRules, LoadPlan, Placement
from routing.model.load_unit import LoadUnit
from routing.model.order import Order
from routing.model.time import TimeWindow
from routing.model.vehicle import Tariff, VehicleType

Noun = TypeVar("Noun")


def to_plain(value: object) -> Any:  # noqa: ANN401 (JSON)
    """Return a noun, or a value of one, as JSON values: sets sorted, infinity as null, later fields if not neutral."""
    kind = type(value)
    if kind is str or kind is int:
        return value
    if (fields := _fields(kind)) is not None:  # type: ignore[arg-type]
        return {name: to_plain(getattr(value, name)) for name, later, default in fields
                if not (later and getattr(value, name) == default)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return None if value == math.inf else value


@cache
def _fields(kind: type) -> tuple[tuple[str, bool, object], ...] | None:
    """Return the fields of a noun, each with its name, whether it came later, and its default; None if it is none."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple((field.name, bool(field.metadata.get("later")), field.default) for field in dataclasses.fields(kind))


def from_plain(kind: type[Noun], record: object) -> Noun:
    """Return a noun made from its fields.

    Parameters
    ----------
    kind : type
        A dataclass of this package.
    record : mapping
        As from `to_plain`; fields that have a default may be absent.

    Returns
    -------
    object
        Of type `kind`.

    Raises
    ------
    ProblemError
        If a field is unknown, absent though needed, or wrong.
    """
    if not isinstance(record, Mapping):
        raise ProblemError(f"{kind.__name__} must be given by its fields, got {record!r}")
    known = {f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(str(name) for name in set(record) - known)
    if unknown:
        raise ProblemError(f"{kind.__name__} has no field {', '.join(map(repr, unknown))}")
    readers = _READERS.get(kind, {})
    try:
        return kind(**{name: readers[name](value) if name in readers else value for name, value in record.items()})
    except ProblemError:
        raise
    except (TypeError, ValueError) as error:
        raise ProblemError(f"{kind.__name__} {record!r}: {error}") from None


def _read_limit(limit: object) -> object:
    return math.inf if limit is None else limit


def _read_pairs(pairs: list[Any]) -> tuple[tuple[Any, Any], ...]:
    return tuple((name, amount) for name, amount in pairs)


def _read_limit_pairs(pairs: list[Any]) -> tuple[tuple[Any, Any], ...]:
    return tuple((name, _read_limit(limit)) for name, limit in pairs)


def _read_all(kind: type[Noun], records: list[Any]) -> tuple[Noun, ...]:
    return tuple(from_plain(kind, record) for record in records)


def _read_space(space: object) -> CargoSpace | None:
    return None if space is None else from_plain(CargoSpace, space)


_READERS: dict[type, dict[str, Callable[[Any], Any]]] = {
    LoadUnit: {"never_vertical": frozenset, "max_top_load_kg": _read_limit},
    Axle: {"max_kg": _read_limit},
    Compartment: {"payload_kg": _read_limit, "doors": partial(_read_all, Door)},
    CargoSpace: {"payload_kg": _read_limit, "doors": partial(_read_all, Door), "axles": partial(_read_all, Axle),
                 "compartments": partial(_read_all, Compartment)},
    LoadingRules: {"apart": _read_pairs},
    LoadPlan: {"space": partial(from_plain, CargoSpace), "placements": partial(_read_all, Placement),
               "rules": partial(from_plain, LoadingRules)},
    Order: {"window": partial(from_plain, TimeWindow), "units": partial(_read_all, LoadUnit), "demand": _read_pairs,
            "service_by_type": _read_pairs, "windows": partial(_read_all, TimeWindow), "goods": frozenset},
    FixedLine: {"bend_percent": _read_limit},
    Tariff: {"overtime_after_s": _read_limit},
    Break: {"window": partial(from_plain, TimeWindow)},
    VehicleType: {
        "payload_kg": _read_limit, "volume_m3": _read_limit, "pieces": _read_limit, "max_duration_s": _read_limit,
        "max_distance_m": _read_limit, "capacity": _read_limit_pairs, "cargo_space": _read_space,
        "shift": partial(from_plain, TimeWindow), "tariff": partial(from_plain, Tariff),
        "breaks": partial(_read_all, Break), "driving": partial(from_plain, DrivingRule), "zones": frozenset,
    },
}
