"""The network of a whole town against the one that OSMnx reads from the same file by itself."""

import importlib.util
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "osm_reading.py"


@pytest.fixture(scope="module")
def figures(monaco, monaco_pbf):
    """What the benchmark says of Monaco, with 200 pairs."""
    spec = importlib.util.spec_from_file_location("osm_reading", BENCHMARK)
    benchmark = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARK.parent)  # as for a program run from there
        spec.loader.exec_module(benchmark)
    return {metric: value for metric, value, _ in benchmark.compare(monaco_pbf, monaco, count=200)}


def test_as_many_nodes_and_edges_as_osmnx_finds(figures):
    """Within 1 %; the package has a few more, where a limit differs between the directions of a street."""
    assert figures["nodes more than the judge"] == pytest.approx(0, abs=1)
    assert figures["edges more than the judge"] == pytest.approx(0, abs=1)


def test_not_a_metre_of_road_more_or_less(figures):
    """The same ways are simplified in both, so all lengths add up to the same."""
    assert figures["length more than the judge"] == pytest.approx(0, abs=1e-6)


def test_networkx_takes_as_long_on_both(figures):
    """At least 99 % of travel times within 0.5 %, speeds worked out from the tags twice."""
    assert figures["travel times within 0.5 %"] >= 99
