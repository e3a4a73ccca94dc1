"""Ways for people: what alternatives show, and the turn lists of a route."""

import pytest

import gisdata
import routing
from routing.ways import directions_text, route_directions

BEGIN, END = (7.4267074, 43.7416333), (7.4164568, 43.7296438)


@pytest.fixture(scope="module")
def monaco():
    return gisdata.load_sample("monaco")


@pytest.fixture(scope="module")
def ways(monaco):
    """From the Moulins quarter to Fontvieille: by the boulevards above, by the tunnel, or along the harbour."""
    return routing.alternatives(monaco.roads, BEGIN, END, "van", k=3)


def test_the_first_is_the_path(monaco, ways):
    """The same as the one way that `path` finds."""
    path = routing.path(monaco.roads, BEGIN, END, "van")

    assert (ways[0].duration_s, ways[0].distance_m) == (path.duration_s, path.distance_m)
    assert ways[0].shared == pytest.approx(1)


def test_several_ways_with_their_figures(ways):
    """By duration; emissions follow the distance; each is told by a street of its own."""
    frame = ways.to_frame()

    assert len(ways) >= 2
    assert frame.crs == "EPSG:4326"
    assert frame["duration_s"].is_monotonic_increasing
    assert (frame["co2_kg"] / frame["distance_m"] * 1000).tolist() == pytest.approx([0.2535] * len(ways), abs=1e-4)
    assert frame["via"].is_unique
    assert (frame["toll"] == (frame["toll_m"] > 0)).all()
    assert all(choice.via in line for choice, line in zip(ways, ways.summary().splitlines(), strict=True))


def test_the_map_shows_every_way(ways, tmp_path):
    """One file without a network."""
    from gisdata.maps import save_map

    save_map(ways.draw(), tmp_path / "ways.html")

    page = (tmp_path / "ways.html").read_text(encoding="utf-8")
    assert all(f"{number + 1}. " in page for number in range(len(ways)))


def test_places_off_the_road_and_without_a_way(monaco):
    """As for a path."""
    with pytest.raises(gisdata.PlacesOffRoadError, match="nearest road"):
        routing.alternatives(monaco.roads, BEGIN, (7.0, 43.0), "van")


def test_a_route_has_a_turn_list_for_each_leg(monaco):
    """From the depot to each stop and back; the legs add up to the route."""
    problem = routing.build_problem(monaco.orders.head(4), monaco.depots, monaco.vehicles, monaco.roads)
    plan = routing.solve(problem, limit=routing.Limit(iterations=5), seed=1, engine="ortools")
    route = plan.routes[0]

    legs = route_directions(plan, route, monaco.roads, "zh")

    assert len(legs) == len(route.visits) + 1
    assert sum(leg["distance_m"].sum() for leg in legs) == pytest.approx(route.distance_m, abs=len(legs))
    assert "到达" in directions_text(legs[0])
