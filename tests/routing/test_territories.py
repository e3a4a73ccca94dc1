"""Territories: equal, in one piece on the roads, repeatable, and compared with those of today."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

import gisdata
from gisdata.network import snap
from routing.errors import ProblemError
from routing.territories import territories


@pytest.fixture(scope="module")
def monaco():
    return gisdata.load_sample("monaco")


@pytest.fixture(scope="module")
def divided(monaco):
    return territories(monaco.roads, monaco.orders, 4, "van", load="weight_kg")


def test_loads_are_within_a_tenth_of_each_other(monaco, divided):
    """Summed anew from the orders; every order is in one territory, and the table says what the sums say."""
    sums = monaco.orders.set_index("id")["weight_kg"].groupby(divided.places.set_index("id")["territory"]).sum()

    assert divided.balanced
    assert len(sums) == 4
    assert (sums / sums.mean() - 1).abs().max() <= 0.1
    assert divided.territories.set_index("territory")["load"].sort_index().tolist() == pytest.approx(
        sums.sort_index().tolist())
    assert divided.places["id"].tolist() == monaco.orders["id"].tolist()


def test_territories_hang_together_on_the_roads(monaco, divided):
    """The junctions on each territory's land, joined by the roads between them, hold all its places in one piece."""
    roads, land = monaco.roads, divided.territories
    points = shapely.points(roads.nodes[["lon", "lat"]].to_numpy())
    at = snap(roads, monaco.orders["lon"], monaco.orders["lat"], "van")
    near = np.where(at.fraction < 0.5, roads.edges["u"].to_numpy()[at.edge], roads.edges["v"].to_numpy()[at.edge])
    graph = nx.Graph(zip(roads.edges["u"].tolist(), roads.edges["v"].tolist(), strict=True))
    for name, area in zip(land["territory"], land.geometry, strict=True):
        inside = graph.subgraph(np.flatnonzero(shapely.intersects(area, points)).tolist())
        ours = set(near[(divided.places["territory"] == name).to_numpy()].tolist())
        assert any(ours <= part for part in nx.connected_components(inside)), name


def test_equal_seeds_give_equal_territories(monaco, divided):
    """The same places in the same territories; one territory holds all."""
    again = territories(monaco.roads, monaco.orders, 4, "van", load="weight_kg")
    whole = territories(monaco.roads, monaco.orders, 1, "van")

    assert again.places.equals(divided.places)
    assert whole.territories["places"].tolist() == [80]
    assert whole.territories["deviation"].tolist() == [0]


def test_compared_with_today(divided):
    """Today's own areas under other names: nothing moves. One area moved to another: its load does."""
    today = divided.places["territory"].map(lambda name: f"tour {name}")
    first = today.iloc[0]
    joined = today.where(today != first, today[today != first].iloc[0])
    load = divided.places["load"]

    same, other = divided.compare(today), divided.compare(joined)

    assert same.loc["new", "moved"] == pytest.approx(0)
    assert same.loc["today", "largest_deviation"] == pytest.approx(same.loc["new", "largest_deviation"])
    assert other.loc["today", "territories"] == 3
    assert other.loc["new", "moved"] == pytest.approx(
        min(load[today == first].sum(), load[today == joined.iloc[0]].sum()) / load.sum())
    with pytest.raises(ProblemError, match="80 places"):
        divided.compare(today.iloc[:5])


def test_a_load_too_large_is_said_not_to_be_balanced(street_grid):
    """One place with more than half of all load: the division is made, and says so."""
    places = street_grid.nodes.iloc[[0, 5, 30, 35]][["lon", "lat"]].assign(id=list("abcd"), kg=[90.0, 1, 1, 1])

    found = territories(street_grid, places, 2, "van", load="kg")

    assert not found.balanced
    assert "not as equal as asked for" in found.summary()
    assert found.places["load"].sum() == 93


def test_what_cannot_be_divided_is_refused(street_grid):
    """More territories than places with a load, and a negative load."""
    places = pd.DataFrame({"id": ["a", "b"], "lon": [114.301, 114.311], "lat": [30.6, 30.6], "kg": [1.0, 0.0]})

    with pytest.raises(ProblemError, match="1 places with a load cannot make 2"):
        territories(street_grid, places, 2, "van", load="kg")
    with pytest.raises(gisdata.TableError, match="'b'"):
        territories(street_grid, places.assign(kg=[1.0, -1.0]), 1, "van", load="kg")


def test_fixed_lines_are_assigned_whole_and_counted(monaco, divided):
    """Two lines across territories: each in one, and loads are balanced with that; the table counts them."""
    at = divided.places["territory"].to_numpy()
    names = list(dict.fromkeys(at))
    tour = np.full(len(at), "", dtype=object)
    for line, (one, other) in {"L": names[:2], "M": names[2:]}.items():
        tour[[*np.flatnonzero(at == one)[:3], *np.flatnonzero(at == other)[:2]]] = line

    found = territories(monaco.roads, monaco.orders.assign(tour=tour), 4, "van", line="tour")
    places = found.places

    assert places["line"].tolist() == tour.tolist()
    assert {line: len(set(rows["territory"])) for line, rows in places.groupby("line")} | {"": 1} == {
        "": 1, "L": 1, "M": 1}
    assert found.balanced
    assert (places["territory"].value_counts() / 20 - 1).abs().max() <= 0.1
    assert found.lines[["line", "places", "load"]].to_numpy().tolist() == [["L", 5, 5.0], ["M", 5, 5.0]]
    assert found.lines["outside"].tolist() == places.groupby("line")["outside"].sum()[["L", "M"]].tolist()
    assert not places.loc[places["line"] == "", "outside"].any()


def test_a_column_of_lines_that_is_not_there_is_named(street_grid):
    """Before any road is looked at."""
    places = street_grid.nodes.iloc[[0, 5]][["lon", "lat"]].assign(id=list("ab"))

    with pytest.raises(ProblemError, match="no column 'tour'"):
        territories(street_grid, places, 1, "car", line="tour")
