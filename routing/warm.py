"""Compile every kernel now, so that nobody waits for it later. Where they are kept: see `gisdata.compiled`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import gisdata
from gisdata.network.matrix import many_to_many
from gisdata.network.snapping import snap
from gisdata.network.tracing import paths
from routing.engines.auto import compile_native
from routing.loading import cargo_space, pack
from routing.loading.filling.search import compile_filling
from routing.model import Limit, LoadUnit, Order
from routing.siting import p_median
from routing.siting.capacity import serve_large
from routing.siting.clock import Clock
from routing.siting.flows import Charged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def warm() -> Iterator[tuple[str, float]]:
    """Call everything that is compiled once, on small roads and a small problem.

    Yields
    ------
    tuple of str and float
        What is ready, and the seconds it took: under one where it was compiled before.
    """
    parts: dict[str, Callable[[], object]] = {"ways and matrices": _roads, "route search": compile_native,
                                              "loading": _loading, "container filling": compile_filling,
                                              "siting": _siting}
    for name, work in parts.items():
        begin = time.perf_counter()
        work()
        yield name, time.perf_counter() - begin


def _loading() -> None:
    """Have one piece loaded."""
    pack([Order("A", lon=0, lat=0, units=(LoadUnit("box", length_m=1, width_m=1, height_m=1),))], cargo_space("van"))


def _siting() -> None:
    """Have sites found, with capacities and without."""
    cost, none = np.array([[1.0, 2.0], [2.0, 1.0]]), np.zeros(2)
    p_median(cost, pd.DataFrame(index=range(2)), pd.DataFrame(index=range(2)), 1)
    task = Charged(cost, np.ones(2), none, np.full(2, 2.0), none, none > 0, np.inf, 0, 2, whole=True)
    serve_large(task, Clock(Limit(iterations=1)))


def _roads() -> None:
    """Have matrices and ways found, with turns and without."""
    roads = gisdata.load_sample("monaco").roads
    rows = np.flatnonzero(roads.nodes["main"])[:3]
    lon, lat = (roads.nodes[axis].to_numpy()[rows] for axis in ("lon", "lat"))
    at = snap(roads, lon, lat, "van")
    for turns in (False, True):
        many_to_many(roads, "van", at, at, turns=turns)
        paths(roads, "van", at[:1], at[1:2], turns=turns)
