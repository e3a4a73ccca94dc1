"""Vehicle classes on roads: speeds by road class, which tags open or close a road, and where each figure comes from.

The figures stand in data files, one per profile; `rules.toml` says what tag values mean for all. Speeds are km/h.
Limits of height, weight and length are not applied here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from gisdata.errors import UnknownNameError

_NAMES = ("car", "van", "truck")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How one class of vehicle uses roads. Two profiles with the same figures are equal.

    Parameters
    ----------
    name : str
        Such as ``truck``.
    speeds_kmh : mapping of str to float
        By value of the tag ``highway``; a class that is not listed is closed.
    cap_kmh : float
        The vehicle is never faster.
    access_tags : tuple of str
        Most specific first; the first one that a road has decides.
    closed_values : frozenset of str
        Values of an access tag that close a road.
    meaning : str
        What vehicle is meant.
    blocking_barriers : frozenset of str
        Values of ``barrier`` that nothing on wheels passes, unless an access tag on the barrier says otherwise.
    limit_tags : tuple of str
        Tags with a speed limit; the lowest counts.
    limit_share : float
        Part of a signed limit that is driven on average.
    sources : mapping of str to str
        Where the figures come from: road classes and ``access``, ``limit``, ``cap``, ``closed``, ``barriers``.
    """

    name: str
    speeds_kmh: Mapping[str, float]
    cap_kmh: float
    access_tags: tuple[str, ...]
    closed_values: frozenset[str]
    meaning: str = ""
    blocking_barriers: frozenset[str] = frozenset()
    limit_tags: tuple[str, ...] = ("maxspeed",)
    limit_share: float = 1.0
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        wrong = {highway: speed for highway, speed in self.speeds_kmh.items() if not 0 < speed < 1000}
        if wrong or not self.cap_kmh > 0 or not 0 < self.limit_share <= 1.5:
            raise ValueError(
                f"profile {self.name!r}: speeds, cap and share must be positive; got {wrong or 'good speeds'}, "
                f"cap_kmh={self.cap_kmh}, limit_share={self.limit_share}"
            )

    def __hash__(self) -> int:
        """Return a hash of the figures."""
        return hash((self.name, tuple(sorted(self.speeds_kmh.items())), self.cap_kmh, self.access_tags))


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that ship with the package.

    Returns
    -------
    tuple of str
        From small to large.

    Examples
    --------
    >>> profile_names()
    ('car', 'van', 'truck')
    """
    return _NAMES


@cache
def load_profile(name: str) -> Profile:
    """Return a profile that ships with the package.

    Parameters
    ----------
    name : str
        One of `profile_names`.

    Returns
    -------
    Profile
        Speeds, cap and access rules, each with its source.

    Raises
    ------
    UnknownNameError
        If there is no such profile.

    Examples
    --------
    >>> load_profile("car").speeds_kmh["motorway"]
    90.0
    """
    if name not in _NAMES:
        raise UnknownNameError(f"there is no profile {name!r}; the profiles are {', '.join(_NAMES)}")
    own, common = _data(f"{name}.toml"), rules()
    return Profile(
        name=own["name"],
        meaning=own["meaning"],
        speeds_kmh={row["highway"]: float(row["kmh"]) for row in own["speeds"]},
        cap_kmh=float(own["cap_kmh"]),
        access_tags=tuple(own["access_tags"]),
        closed_values=frozenset(common["closed_values"]["values"]),
        blocking_barriers=frozenset(common["blocking_barriers"]["values"]),
        limit_tags=tuple(own["limit_tags"]),
        limit_share=float(own["limit_share"]),
        sources={row["highway"]: row["source"] for row in own["speeds"]}
        | {"access": own["access_source"], "limit": own["limit_source"], "cap": own["cap_source"]}
        | {"closed": common["closed_values"]["source"], "barriers": common["blocking_barriers"]["source"]},
    )


def as_profile(profile: str | Profile) -> Profile:
    """Return a profile given by name or as it is.

    Parameters
    ----------
    profile : str or Profile
        One of `profile_names`, or a profile of one's own.

    Returns
    -------
    Profile
        The profile.
    """
    return profile if isinstance(profile, Profile) else load_profile(profile)


@cache
def rules() -> Mapping[str, Any]:
    """Return what tag values mean for every profile.

    Returns
    -------
    mapping
        Contents of ``rules.toml``.
    """
    return _data("rules.toml")


def _data(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
