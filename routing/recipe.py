"""Recipe: how a plan was made, so that it can be made again. No part of what makes two plans equal."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from routing.errors import ProblemError
from routing.model import LoadingRules
from routing.model.plain import from_plain, to_plain

PACKAGES = ("routebook", "numpy", "numba", "llvmlite", "ortools", "pyvrp")
"""What a search may depend on."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What `routing.solve` was asked, and on what it ran.

    Parameters
    ----------
    result : str
        Digest of the plan that came out.
    engine : str
        Name of the engine that was asked for; empty if it was none of those by name.
    threads : int
        Searches side by side.
    objective : str
        What counted first.
    second_opinion : bool
        Whether OR-Tools was asked too.
    loading : LoadingRules, optional
        By which rules routes had to load.
    initial : tuple of (str, tuple of str), optional
        Vehicle types and orders of the routes to begin from.
    versions : tuple of (str, str)
        Of Python, the machine, and the packages that a search depends on.
    """

    result: str
    _: KW_ONLY
    engine: str
    threads: int = 1
    objective: str = "cost"
    second_opinion: bool = False
    loading: LoadingRules | None = None
    initial: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    versions: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        record: dict[str, Any] = to_plain(self)
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Recipe:
        """Return the recipe that `to_dict` wrote."""
        try:
            loading, initial = record["loading"], record["initial"]
            return cls(**{
                **record, "versions": tuple((str(name), str(number)) for name, number in record["versions"]),
                "loading": None if loading is None else from_plain(LoadingRules, loading),
                "initial": None if initial is None else sequences(initial)})
        except (KeyError, TypeError, ValueError) as error:
            raise ProblemError(f"this is not the record of how a plan was made: {error!r}") from None


def sequences(routes: Iterable[Sequence[Any]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return routes to begin from as a recipe keeps them."""
    return tuple((str(kind), tuple(str(order) for order in orders)) for kind, orders in routes)


def running_versions() -> tuple[tuple[str, str], ...]:
    """Return the versions of all that a search depends on here; what is not installed is left out."""
    found = [("python", platform.python_version()), ("machine", platform.machine())]
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)
