"""Plans whose routes all load: against trying everything, by the judge, to and from a file, and what they cost."""

import dataclasses
import itertools

import numpy as np
import pytest

from routing import Limit, check, load_plan, pack, save_plan, solve
from routing.assemble import schedule
from routing.errors import ProblemError
from routing.model import Depot, LoadUnit, Order, Problem, Shipment, Tariff, TravelMatrix, VehicleType

AT_KM = {"D": (0, 0), "A": (10, 0), "B": (11, 2), "C": (12, 0), "E": (-10, 1)}
UNITS = {"A": [(2.5, 1.2, 1.0, True)], "B": [(2.0, 1.2, 1.1, False)], "C": [(1.5, 1.9, 0.9, False)],
         "E": [(2.2, 1.1, 1.2, True), (0.8, 0.8, 0.8, False)]}
LIMIT = Limit(iterations=600)


@pytest.fixture(scope="module")
def problem():
    """Four orders on two sides of the depot; by weight and volume alone one or two trucks would do."""
    orders = tuple(Order(name, lon=0, lat=0, weight_kg=100, units=tuple(
        LoadUnit(str(i), length_m=a, width_m=b, height_m=c, weight_kg=100 / len(boxes), fragile=fragile)
        for i, (a, b, c, fragile) in enumerate(boxes))) for name, boxes in UNITS.items())
    at = np.array([AT_KM[name] for name in ("D", *UNITS)], dtype=float)
    metres = np.rint(1000 * np.hypot(*(at[:, None] - at).transpose(2, 0, 1))).astype(np.int64)
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    truck = VehicleType("truck", count=5, payload_kg=1000, cargo_length_m=4, cargo_width_m=2, cargo_height_m=2,
                        profile="plane", tariff=Tariff(per_km=1))
    return Problem(orders, (Depot("D", lon=0, lat=0),), (truck,), (TravelMatrix("plane", labels, metres, metres),))


@pytest.fixture(scope="module")
def plan(problem):
    """Its plan in which every route loads."""
    return solve(problem, LIMIT, seed=1, loading="pack")


def _partitions(names):
    if not names:
        yield []
        return
    first, *rest = names
    for size in range(len(rest) + 1):
        for others in itertools.combinations(rest, size):
            for parts in _partitions([name for name in rest if name not in others]):
                yield [(first, *others), *parts]


def _cheapest(problem):
    """The cost of the best plan: every way to share the orders among trucks, in every order of visits, if it loads."""
    by_id = {order.id: order for order in problem.orders}
    costs = {}
    for size in range(1, 5):
        for part in itertools.combinations(by_id, size):
            sequences = [s for s in itertools.permutations(part)
                         if pack([by_id[o] for o in s], problem.fleet[0], explain=False).fits]
            costs[frozenset(part)] = min((schedule(problem, "truck", s).cost for s in sequences), default=np.inf)
    return min(sum(costs[frozenset(part)] for part in parts) for parts in _partitions(list(by_id)))


def test_the_plan_is_the_best_of_all_that_load(problem, plan):
    """Dearer than by weight and volume alone, and as cheap as trying everything."""
    assert plan.cost == pytest.approx(_cheapest(problem))
    assert solve(problem, LIMIT, seed=1).cost < plan.cost


def test_every_route_has_its_load(plan):
    """The judge finds nothing, in routes and loads; a note says what loading costs."""
    assert check(plan) == []
    assert [load.vehicle for load in plan.loads] == [route.vehicle for route in plan.routes]
    assert sum(len(load.placements) for load in plan.loads) == 5
    assert any(note.startswith("loading: every route loads; by weight and volume alone it was") for note in plan.notes)


def test_counted_work_gives_the_same_plan_and_a_file_keeps_it(problem, plan, tmp_path):
    """Byte for byte, with loads."""
    again = solve(problem, LIMIT, seed=1, loading="pack")

    assert again == plan
    assert load_plan(save_plan(plan, tmp_path / "a.plan")) == plan


def test_the_judge_finds_loads_that_are_not_those_of_the_routes(plan):
    """One is missing, one is for other stops, one for a vehicle without a route, one in another space."""
    first, *others = plan.loads
    smaller = dataclasses.replace(first.space, length_m=3.9)

    def rules(*loads):
        return {violation.rule for violation in check(dataclasses.replace(plan, loads=loads))}

    assert rules(*others) == {"load_plan"}
    assert "load_plan" in rules(dataclasses.replace(first, stops=(*first.stops[::-1], "X")), *others)
    assert rules(first, *others, dataclasses.replace(first, vehicle="truck#9")) == {"load_plan"}
    assert "load_plan" in rules(dataclasses.replace(first, space=smaller), *others)


def test_an_edit_by_hand_drops_the_loads(plan):
    """They would be those of other routes."""
    order, vehicle = plan.routes[0].orders[0], plan.routes[1].vehicle

    assert plan.move(order, vehicle).loads == ()


def test_what_loads_nowhere_is_unserved(problem):
    """A piece longer than the truck; the others are served."""
    long = dataclasses.replace(problem.orders[0], units=(LoadUnit("pole", length_m=5, width_m=0.1, height_m=0.1),))
    with_pole = dataclasses.replace(problem, orders=(long, *problem.orders[1:]))

    plan = solve(with_pole, Limit(iterations=300), seed=1, loading="pack")

    assert [left.order for left in plan.unserved] == ["A"]
    assert check(plan) == []


def test_a_shipment_rides_in_the_space_that_is_free_by_then(problem):
    """Pickup A and delivery B are one: what is picked up stands where it comes off again."""
    pickup = dataclasses.replace(problem.orders[0], kind="pickup")
    delivery = dataclasses.replace(problem.orders[1], units=())
    tied = dataclasses.replace(problem, orders=(pickup, delivery, *problem.orders[2:]),
                               shipments=(Shipment("S", pickup="A", delivery="B"),))

    plan = solve(tied, Limit(iterations=300), seed=1, loading="pack")

    assert check(plan) == []
    assert {p.order for load in plan.loads for p in load.placements} == {"A", "C", "E"}


def test_loading_needs_pieces_and_the_inside_of_vehicles(problem):
    """Each is an error that says what to give."""
    bare = dataclasses.replace(problem, orders=tuple(dataclasses.replace(o, units=()) for o in problem.orders))
    van = dataclasses.replace(problem.fleet[0], cargo_length_m=None)

    with pytest.raises(ProblemError, match="no order of the problem has load units"):
        solve(bare, LIMIT, loading="pack")
    with pytest.raises(ProblemError, match=r"'truck' is not known.*cargo_length_m"):
        solve(dataclasses.replace(problem, fleet=(van,)), LIMIT, loading="pack")
