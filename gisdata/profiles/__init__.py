"""Vehicle classes on roads: size, speeds by road class, which tags open or close a road, and where each figure is from.

The figures stand in data files, one per profile; `rules.toml` says what tag values mean for all. Speeds are km/h, sizes
metres, masses tonnes. What a profile means for a road is decided in `gisdata.network`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from gisdata.errors import UnknownNameError
from gisdata.profiles.profile import CHOICES, SIZES, TURN_TIMES, Profile
from gisdata.profiles.reading import ProfileData, parsed, read_data, toml_of
from gisdata.profiles.trip import WEEKDAYS, Trip

__all__ = ["Profile", "Trip", "as_profile", "load_profile", "profile_names", "profile_text", "rules", "with_turns"]

_NAMES = (
    "car", "van", "truck", "truck_7_5t", "truck_12t", "truck_26t", "semitrailer", "cn_truck_4_2m", "cn_truck_6_8m",
    "cn_truck_9_6m", "cn_semitrailer",
)  # fmt: skip
_FIGURE = re.compile(r"(?P<rest>.*\S)\s+(?P<name>[a-z_]+)=(?P<value>\S+)")
_TEXT_FIGURES = (*SIZES, "axles", "energy", *TURN_TIMES, "turn_bias", *CHOICES, "at")


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that ship with the package.

    Returns
    -------
    tuple of str
        ``truck`` is a rigid truck of 18 t; those that begin with ``cn_`` are the usual classes in China.

    Examples
    --------
    >>> profile_names()[:3]
    ('car', 'van', 'truck')
    """
    return _NAMES


def load_profile(name: str | os.PathLike[str]) -> Profile:
    """Return a profile: one that ships with the package, one of your own, or one with other figures.

    Parameters
    ----------
    name : str or path-like
        One of `profile_names`; a ``.toml`` file of your own, which may say ``based_on = "truck"`` and only what differs
        from it; or either with figures behind it, such as ``"truck height_m=4.2 mass_t=16 hazmat=true at=Mo-08:30"``:
        the last is when it departs.

    Returns
    -------
    Profile
        Speeds, sizes and access rules, each with its source.

    Raises
    ------
    UnknownNameError
        If there is no such profile, or no such figure.
    InputFileError
        If the file cannot be read.
    TableError
        With every fault of the file: unknown keys, missing ones, impossible figures.

    Examples
    --------
    >>> load_profile("car").speeds_kmh["motorway"], load_profile("truck height_m=3.6").height_m
    (90.0, 3.6)
    """
    return _loaded(" ".join(name.split()) if isinstance(name, str) else os.fspath(name))


def as_profile(profile: str | Profile) -> Profile:
    """Return a profile given by name or as it is.

    Parameters
    ----------
    profile : str or Profile
        Whatever `load_profile` takes, or a profile of one's own.

    Returns
    -------
    Profile
        The profile.
    """
    return profile if isinstance(profile, Profile) else load_profile(profile)


def profile_text(base: str, figures: Mapping[str, float]) -> str:
    """Return the text that names a profile with other figures; `load_profile` understands it.

    Parameters
    ----------
    base : str
        A profile's name.
    figures : mapping of str to float
        Sizes, masses, axles.

    Returns
    -------
    str
        The name, and the figures in a fixed order.

    Examples
    --------
    >>> profile_text("truck", {"mass_t": 16, "height_m": 4.2})
    'truck height_m=4.2 mass_t=16'
    """
    known = [f"{name}={figures[name]:.12g}" for name in _TEXT_FIGURES if name in figures]
    return " ".join([base, *known])


def with_turns(profile: str | Profile) -> Profile:
    """Return a profile whose ways obey turn restrictions, and whose turns take time.

    Parameters
    ----------
    profile : str or Profile
        Whatever `load_profile` takes, or a profile of one's own.

    Returns
    -------
    Profile
        Its name says so, in words that `load_profile` understands.

    Examples
    --------
    >>> with_turns("truck").name
    'truck turns=true'
    """
    who = as_profile(profile)
    if who.turns:
        return who
    if isinstance(profile, Profile):
        return replace(profile, turns=True, name=f"{profile.name} turns=true")
    return load_profile(f"{os.fspath(profile)} turns=true")


@cache
def rules() -> Mapping[str, Any]:
    """Return what tag values mean for every profile.

    Returns
    -------
    mapping
        Contents of ``rules.toml``.
    """
    return toml_of(files(__name__).joinpath("rules.toml").read_text(encoding="utf-8"), "rules.toml")


def _loaded(text: str) -> Profile:
    if text in _NAMES:
        return _shipped(text)
    figure = _FIGURE.fullmatch(text)
    if figure:
        return replace(_with_figure(_loaded(figure["rest"]), figure["name"], figure["value"]), name=text)
    if text.lower().endswith(".toml"):
        path = Path(text)
        return _built(parsed(read_data(path), str(path), _NAMES))
    raise UnknownNameError(f"there is no profile {text!r}; the profiles are {', '.join(_NAMES)}, or a .toml file")


@cache
def _shipped(name: str) -> Profile:
    file = f"{name}.toml"
    return _built(parsed(toml_of(files(__name__).joinpath(file).read_text(encoding="utf-8"), file), file, _NAMES))


def _built(own: ProfileData) -> Profile:
    """Return the profile of a file: what it says, then what its base says, then what holds for all."""
    if own.based_on:
        base = _shipped(own.based_on)
        merged: dict[str, Any] = {name: {**getattr(base, name), **own.figures.pop(name, {})}
                                  for name in ("speeds_kmh", "caps_kmh")}
        return replace(base, **merged, **own.figures, sources={**base.sources, **own.sources})
    common = rules()
    caps = {f"{tag}={value}": float(kmh) for tag, table in common["caps_kmh"].items() if tag != "source"
            for value, kmh in table.items()}
    own.figures["caps_kmh"] = {**caps, **own.figures.get("caps_kmh", {})}
    return Profile(
        closed_values=frozenset(common["closed_values"]["values"]),
        destination_values=frozenset(common["destination_values"]["values"]),
        blocking_barriers=frozenset(common["blocking_barriers"]["values"]),
        sources=own.sources | {"closed": common["closed_values"]["source"],
                               "destination": common["destination_values"]["source"],
                               "barriers": common["blocking_barriers"]["source"], "caps": common["caps_kmh"]["source"]},
        **own.figures,
    )


def _with_figure(base: Profile, name: str, value: str) -> Profile:
    """Return a profile with one figure read from text."""
    if name not in _TEXT_FIGURES:
        close = get_close_matches(name, _TEXT_FIGURES, 1)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise UnknownNameError(f"a profile has no figure {name!r}{hint} There are: {', '.join(_TEXT_FIGURES)}")
    try:
        if name == "energy":
            return replace(base, energy=value)
        if name == "at":
            day, _, clock = value.rpartition("-")
            when: dict[str, Any] = {"weekday": day} if day in WEEKDAYS else {"date": day}
            return base.on_trip(**when, at=clock)
        figure: dict[str, Any] = {name: int(value) if name == "axles" else float(value)} if name not in CHOICES else {
            name: {"true": True, "yes": True, "false": False, "no": False}[value.lower()]}
        return replace(base, **figure)
    except (ValueError, KeyError):
        raise UnknownNameError(f"profile figure {name}={value} cannot be: sizes are metres, masses tonnes, axles whole "
                               f"numbers, {', '.join(CHOICES)} true or false, at a weekday or date and "
                               "clock time such as Mo-08:30 or 2026-11-27-08:30") from None
