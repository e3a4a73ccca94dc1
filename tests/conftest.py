"""Settings of the whole test run: how hypothesis searches, and that nothing is skipped where nothing may be.

Also `street_grid`, the roads of a made-up town, for tests that need some roads and no particular ones.
"""

import importlib.util
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

GRID_WEST, GRID_SOUTH, GRID_STEP, GRID_SIZE = 114.30, 30.60, 0.005, 6

NO_SKIP = bool(os.environ.get("ROUTEBOOK_NO_SKIP"))

settings.register_profile("routebook", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("routebook")

# A run in the background is born deaf to Ctrl-C, and so are its children; the tests of Ctrl-C need ears.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _refused(report):
    """Turn a skip into a failure that keeps its reason; an expected failure is no skip."""
    if NO_SKIP and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"ROUTEBOOK_NO_SKIP is set, yet: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _refused((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _refused((yield))


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory):
    """Keep what tests cache out of the user's cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROUTEBOOK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def street_grid():
    """6 by 6 junctions, 0.005 degree apart, the south-west one at 114.30, 30.60; junction `row * 6 + column`.

    Every street is two-way. The southernmost is primary, the rest are residential, the northernmost are service roads.
    """
    import numpy as np
    import pandas as pd
    import shapely

    from gisdata.network import RoadNetwork
    from gisdata.network.tags import EDGE_TAGS, NODE_TAGS

    def text(rows, **columns):
        values = {**{tag: [pd.NA] * rows for tag in (*EDGE_TAGS, *NODE_TAGS)}, **columns}
        return {name: pd.array(column, dtype=pd.StringDtype("pyarrow")) for name, column in values.items()}

    size = GRID_SIZE
    at = np.array([(GRID_WEST + column * GRID_STEP, GRID_SOUTH + row * GRID_STEP)
                   for row in range(size) for column in range(size)])
    pairs = [(i, i + 1) for i in range(size * size) if i % size < size - 1]
    pairs += [(i, i + size) for i in range(size * (size - 1))]
    pairs += [(v, u) for u, v in pairs]
    rows = [{u // size, v // size} for u, v in pairs]
    highway = ["primary" if row == {0} else "service" if row == {size - 1} else "residential" for row in rows]
    nodes = pd.DataFrame({**text(len(at)), "osm_id": np.arange(1, len(at) + 1), "lon": at[:, 0], "lat": at[:, 1],
                          "main": True})
    edges = pd.DataFrame({**text(len(pairs), highway=highway, oneway=["no"] * len(pairs),
                                 way_ids=[str(min(pair)) for pair in pairs], node_ids=["1;2"] * len(pairs)),
                          "u": np.array(pairs, dtype=np.int32)[:, 0], "v": np.array(pairs, dtype=np.int32)[:, 1],
                          "length_m": 500.0, "main": True})
    lines = np.array([shapely.LineString(at[list(pair)]) for pair in pairs], dtype=object)
    return RoadNetwork(nodes, edges, lines, meta={"name": "Grid town", "date": "2026-01-01"})


def _module(name, path):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def messy():
    """The module that makes order files as bad as real ones (`tests/messy.py`)."""
    return _module("messy", "messy.py")


@pytest.fixture(scope="session")
def planted():
    """The module that makes problems with one planted cause (`tests/routing/planted.py`)."""
    return _module("planted", "routing/planted.py")
