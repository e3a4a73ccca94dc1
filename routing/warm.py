"""Compile every kernel now, so that nobody waits for it later. Where they are kept: see `gisdata.compiled`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

import gisdata
from gisdata.network.matrix import many_to_many
from gisdata.network.snapping import snap
from gisdata.network.tracing import paths
from routing.engines import ENGINES, engine_named
from routing.model import Depot, Limit, Order, Problem, TravelMatrix, VehicleType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPILED_ENGINE = "native"


def warm() -> Iterator[tuple[str, float]]:
    """Call everything that is compiled once, on small roads and a small problem.

    Yields
    ------
    tuple of str and float
        What is ready, and the seconds it took: under one where it was compiled before.
    """
    parts: dict[str, Callable[[], object]] = {"ways and matrices": _roads}
    if COMPILED_ENGINE in ENGINES:
        parts["route search"] = _routes
    for name, work in parts.items():
        begin = time.perf_counter()
        work()
        yield name, time.perf_counter() - begin


def _roads() -> None:
    """Have matrices and ways found, with turns and without."""
    roads = gisdata.load_sample("monaco").roads
    rows = np.flatnonzero(roads.nodes["main"])[:3]
    lon, lat = (roads.nodes[axis].to_numpy()[rows] for axis in ("lon", "lat"))
    at = snap(roads, lon, lat, "van")
    for turns in (False, True):
        many_to_many(roads, "van", at, at, turns=turns)
        paths(roads, "van", at[:1], at[1:2], turns=turns)


def _routes() -> None:
    """Have a plan searched for."""
    hour = np.full((4, 4), 600) - np.diag([600] * 4)
    orders = tuple(Order(name, lon=0.0, lat=0.0) for name in "ABC")
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    travel = TravelMatrix("van", labels, hour, 10 * hour)
    problem = Problem(orders, (Depot("D", lon=0.0, lat=0.0),), (VehicleType("van"),), (travel,))
    engine_named(COMPILED_ENGINE).solve(problem, Limit(iterations=10))
