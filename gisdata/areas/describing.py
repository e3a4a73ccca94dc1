"""Tell in a paragraph what an answer of `gisdata.areas`, or any table of places, lines or areas, says: data to text.

In English or Chinese. Nothing is computed here that is not in the table, but sums, means and extremes.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisdata.areas.measures import areas_m2, in_degrees, lengths_m
from gisdata.errors import GisDataError, UnknownNameError
from gisdata.escape import plain_text

if TYPE_CHECKING:
    import geopandas
    from numpy.typing import NDArray

LANGUAGES = ("en", "zh")
_MOST_NAMED = 3


def describe(table: geopandas.GeoDataFrame, language: str = "en") -> str:
    """Return a paragraph that says what a table of places, lines or areas holds.

    Parameters
    ----------
    table : GeoDataFrame
        An answer of `gisdata.areas`, or any other that states its reference system.
    language : {"en", "zh"}
        English or Chinese.

    Returns
    -------
    str
        One paragraph of plain text; names in it are as they stand in the table, control characters left out.

    Raises
    ------
    UnknownNameError
        If the language is none of these.
    CrsError
        If the table states no reference system.
    GisDataError
        If a column that such an answer has is missing.

    Examples
    --------
    >>> import gisdata
    >>> print(describe(gisdata.load_sample("monaco").orders).partition(" between")[0])
    80 places
    """
    if language not in LANGUAGES:
        raise UnknownNameError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    kind = str(table.attrs.get("kind", ""))
    if not len(table):
        return {"en": "The table is empty.", "zh": "表中没有记录。"}[language]
    teller = _TELLERS.get(kind, _of_anything)
    try:
        facts = teller(table)
    except KeyError as missing:
        raise GisDataError(f"the table says that it is {kind}, but has no column {missing}") from None
    sentence = _sentences()[kind if kind in _TELLERS else str(facts["shape"])][language]
    return sentence.format(**{name: " ".join(plain_text(value).split()) if isinstance(value, str) else value
                              for name, value in facts.items()})


@cache
def _sentences() -> dict[str, dict[str, str]]:
    """Return what is said, by kind of answer and language."""
    text = files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _of_service(table: geopandas.GeoDataFrame) -> dict[str, object]:
    last = table[table["minutes"] == table["minutes"].max()]
    most = last.iloc[int(last["area_m2"].to_numpy().argmax())]
    return {"rows": len(table), "sites": table["site"].nunique(), "times": _listed(table["minutes"].unique()),
            "profile": str(table.attrs.get("profile", "")), "place": str(table.attrs.get("place", "")),
            "site": str(most["site"]), "most": float(most["minutes"]), "km2": float(most["area_m2"]) / 1e6,
            "road_km": float(most["road_m"]) / 1000}


def _of_nearest(table: geopandas.GeoDataFrame) -> dict[str, object]:
    first = table[table["rank"] == 1]
    time = first["duration_s"] / 60
    busiest = first["facility"].value_counts()
    return {"places": len(first), "none": int(time.isna().sum()), "median": float(time.median()),
            "most": float(time.max()), "profile": str(table.attrs.get("profile", "")),
            "facility": str(busiest.index[0]) if len(busiest) else "-",
            "share": float(busiest.iloc[0] / len(first)) if len(busiest) else 0.0}


def _of_od(table: geopandas.GeoDataFrame) -> dict[str, object]:
    time = table["duration_s"] / 60
    return {"pairs": len(table), "origins": table["origin"].nunique(), "goals": table["destination"].nunique(),
            "none": int(time.isna().sum()), "mean": float(time.mean()), "most": float(time.max()),
            "km": float(table["distance_m"].mean()) / 1000, "profile": str(table.attrs.get("profile", ""))}


def _of_coverage(table: geopandas.GeoDataFrame) -> dict[str, object]:
    steps = zip(table["minutes"], table["share"], strict=True)
    return {"sites": int(table.attrs.get("sites", 0)), "profile": str(table.attrs.get("profile", "")),
            "steps": ", ".join(f"{share:.1%} / {minutes:g} min" for minutes, share in steps),
            "left": float(1 - table["share"].iloc[-1]), "most": float(table["minutes"].iloc[-1])}


def _of_gaps(table: geopandas.GeoDataFrame) -> dict[str, object]:
    worst = ", ".join(table["id"].astype(str).head(_MOST_NAMED))
    return {"places": len(table), "of": int(table.attrs.get("of", len(table))), "worst": worst,
            "limit": float(table.attrs.get("limit", 0)), "none": int(table["minutes"].isna().sum()),
            "share": float(table["demand"].sum() / max(float(table.attrs.get("total", 0)), 1e-9))}


def _of_catchments(table: geopandas.GeoDataFrame) -> dict[str, object]:
    load = table["demand"].to_numpy()
    largest, least = table.iloc[int(load.argmax())], table.iloc[int(load.argmin())]
    slow = table["most_minutes"].max()
    return {"sites": len(table), "site": str(largest["site"]), "share": float(largest["share"]),
            "other": str(least["site"]), "least": float(least["share"]), "most": float(slow),
            "missing": max(0.0, 1 - float(table["share"].sum()))}


def _of_density(table: geopandas.GeoDataFrame) -> dict[str, object]:
    column = "km_per_km2" if "km_per_km2" in table else "per_km2"
    amount = table["road_km" if "road_km" in table else "demand"].to_numpy()
    density = table[column].to_numpy()
    shapes = in_degrees(table, "cells")
    dense = density.argmax()
    at = shapely.centroid(shapes[dense])
    order = np.sort(amount)[::-1].cumsum()
    half = int(np.searchsorted(order, order[-1] / 2) + 1)
    return {"cells": len(table), "total": float(amount.sum()), "most": float(density.max()),
            "lon": at.x, "lat": at.y, "half": half / len(table)}


def _of_anything(table: geopandas.GeoDataFrame) -> dict[str, object]:
    shapes = in_degrees(table, "places")
    west, south, east, north = shapely.total_bounds(shapes)
    dimension = int(shapely.get_dimensions(shapes).max(initial=0))
    size = (0.0, float(lengths_m(shapes).sum()) / 1000 if dimension == 1 else 0.0,
            float(areas_m2(shapes).sum()) / 1e6 if dimension == 2 else 0.0)[dimension]
    return {"shape": ("points", "lines", "areas")[dimension], "rows": len(table), "size": size, "west": west,
            "south": south, "east": east, "north": north}


def _listed(numbers: NDArray[Any]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)


_TELLERS = {
    "service_areas": _of_service, "nearest": _of_nearest, "od_table": _of_od, "coverage": _of_coverage,
    "coverage_gaps": _of_gaps, "catchments": _of_catchments, "road_density": _of_density,
    "demand_density": _of_density, "kernel_density": _of_density,
}
