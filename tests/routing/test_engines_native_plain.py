"""The search of plain days: its numbers after every step, undoing, routes to begin from, and which days it takes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.assemble import assemble_plan
from routing.checker import check
from routing.engines import engine_named
from routing.engines.native.begin import begun
from routing.engines.native.encode import encode
from routing.engines.native.islands import Island
from routing.engines.native.plain import layout as at
from routing.engines.native.plain.island import PlainIsland
from routing.engines.native.plain.state import is_plain, table_of
from routing.engines.native.plain.step import anneal
from routing.model import ALWAYS, Depot, Limit, Order, Problem, Tariff, TimeWindow, TravelMatrix, VehicleType
from routing.testing import problems
from routing.timing import route_timing

HOUR_S = 3600


@st.composite
def plain_problems(draw, most=14):
    """Alike vehicles that are paid by distance; ways differ by direction, and a way past a place may be the slower."""
    orders, rng = draw(st.integers(1, most)), np.random.default_rng(draw(st.integers(0, 9999)))
    n = orders + 1
    metres, seconds = (rng.integers(100, 20_000, (n, n)) // share * (1 - np.eye(n, dtype=int)) for share in (1, 10))
    missing = rng.random((n, n)) < draw(st.sampled_from([0.0, 0.05]))
    metres[missing] = seconds[missing] = -1
    np.fill_diagonal(metres, 0)
    np.fill_diagonal(seconds, 0)
    opens = rng.integers(6, 14, orders) * HOUR_S
    windowed = rng.random(orders) < draw(st.sampled_from([0.0, 0.7]))
    served = [Order(f"O{i}", lon=0, lat=0, weight_kg=int(rng.integers(0, 50)), volume_m3=int(rng.integers(0, 50)) / 10,
                    service_s=int(rng.integers(0, 900)),
                    window=TimeWindow(int(opens[i]), int(opens[i]) + 2 * HOUR_S) if windowed[i] else ALWAYS)
              for i in range(orders)]
    van = VehicleType("van", count=orders, payload_kg=draw(st.sampled_from([60, 200])),
                      volume_m3=draw(st.sampled_from([6.0, np.inf])), max_stops=draw(st.sampled_from([None, 3])),
                      max_distance_m=draw(st.sampled_from([np.inf, 60_000])),
                      tariff=Tariff(fixed=draw(st.sampled_from([0, 30])), per_km=1.25))
    labels = ("depot D", *(f"order O{i}" for i in range(orders)))
    return Problem(served, [Depot("D", lon=0, lat=0, open=5 * HOUR_S, close=20 * HOUR_S)], [van],
                   [TravelMatrix("van", labels, seconds, metres)])


def begin(problem, seed=0, initial=()):
    """Return an island of a day that is plain; None if no order can be served."""
    encoded = encode(problem)
    if not encoded.order_ids:
        return None
    assert is_plain(encoded.day)
    return PlainIsland(encoded, table_of(encoded.day), seed, initial)


def present_routes(island):
    """Return the orders of each route in use, by its slot, from the links alone."""
    m, node, routes = len(island.table.order), island.state.node, {}
    for r, row in enumerate(island.state.route[:-1]):
        orders, before, x = [], m + 2 * r, int(node[m + 2 * r, at.NEXT])
        while x < m:
            assert (node[x, at.BEFORE], node[x, at.ROUTE]) == (before, r)
            orders.append(x)
            before, x = x, int(node[x, at.NEXT])
        assert (x, node[x, at.BEFORE]) == (m + 2 * r + 1, before)
        assert row[at.STOPS] == len(orders)
        if orders:
            routes[r] = orders
    return routes


def assert_numbers_are_right(problem, island):
    """Metres, loads and times of every route, by `route_timing` and by the links; the plan by the judge."""
    ids, node, table, tally = island.encoded.order_ids, island.state.node, island.table, island.state.tally
    routes, m = present_routes(island), len(ids)
    metres = 0
    for r, orders in routes.items():
        row, timing = island.state.route[r], route_timing(problem, problem.fleet[0], [ids[x] for x in orders])
        assert row[at.DRIVEN] == timing.distance_m
        dims = table.rule[at.DIMENSIONS]
        assert row[at.CARRIED :].tolist() == table.order[orders, at.LOAD : at.LOAD + dims].sum(axis=0).tolist()
        metres += timing.distance_m
        chain = [m + 2 * r, *orders, m + 2 * r + 1]
        for x, y in pairwise(chain):
            leg = table.on[x, min(y, m)] if x < m else table.to[y, m]
            assert node[x, at.LEG] == node[y, at.BACK] == leg
        if table.rule[at.TIMED]:
            ready, latest = int(node[chain[0], at.READY]), int(node[chain[-1], at.LATEST])
            for x, y in zip(chain, orders, strict=False):
                drive = table.on_s[x, y] if x < m else table.to_s[y, m]
                ready = max(ready + int(drive), table.order[y, at.OPEN]) + table.order[y, at.STAY]
                assert node[y, at.READY] == ready
            for x, y in zip(reversed(orders), reversed(chain), strict=False):
                latest = min(latest - int(table.on_s[x, min(y, m)]) - table.order[x, at.STAY], table.order[x, at.CLOSE])
                assert node[x, at.LATEST] == latest
    assert sorted(x for orders in routes.values() for x in orders) == list(range(m))
    assert tally[at.ACTIVE] == len(routes)
    assert tally[at.TOTAL] == metres + len(routes) * table.rule[at.FIXED]
    sequences = [("van", [ids[x] for x in orders]) for orders in routes.values()]
    plan = assemble_plan(problem, sequences, engine="test", limit=Limit(iterations=1), seed=0)
    assert check(plan) == []


@settings(max_examples=25)
@given(problem=plain_problems(), seed=st.integers(0, 99))
def test_every_number_is_that_of_the_routes_alone(problem, seed):
    """After each of many steps that keep nearly everything, and open routes at random."""
    island = begin(problem, seed)
    if island is None or not island.is_complete:
        return
    for _ in range(25):
        anneal(island.table, island.state, 1, 1e5, 0.5, -1)
        assert_numbers_are_right(problem, island)


@settings(max_examples=30)
@given(problem=plain_problems(), seed=st.integers(0, 99))
def test_a_step_that_is_not_kept_leaves_no_trace(problem, seed):
    """Without heat only cheaper plans are kept: after any other step all nodes, routes and sums are as before."""
    island = begin(problem, seed)
    if island is None or not island.is_complete:
        return
    state = island.state
    for _ in range(30):
        node, route, total = state.node.copy(), state.route.copy(), state.tally[at.TOTAL]
        anneal(island.table, state, 1, 1e-9, 0.5, -1)
        assert state.tally[at.TOTAL] <= total
        if state.tally[at.TOTAL] == total:
            assert (state.node == node).all()
            assert (state.route[:, [at.STOPS, at.DRIVEN]] == route[:, [at.STOPS, at.DRIVEN]]).all()
            assert (state.route[:, at.CARRIED :] == route[:, at.CARRIED :]).all()


@settings(max_examples=30)
@given(problem=plain_problems(), seed=st.integers(0, 99))
def test_a_search_goes_on_from_the_best_plan_of_another(problem, seed):
    """With its cost and its routes."""
    first, second = begin(problem, seed), begin(problem, seed + 1)
    if first is None or not (first.is_complete and second.is_complete):
        return
    first.go(300, 1.0)
    second.restart(first)

    assert second.state.tally[at.TOTAL] == first.state.tally[at.BEST_COST]
    assert second.value <= first.value
    assert_numbers_are_right(problem, second)


@settings(max_examples=30)
@given(problem=plain_problems(), deal=st.randoms(use_true_random=False))
def test_of_routes_to_begin_from_what_is_possible_is_kept(problem, deal):
    """Dealt out at random, whatever windows and loads say."""
    names = [order.id for order in problem.orders]
    deal.shuffle(names)
    cut = deal.randint(0, len(names))
    island = begin(problem, 1, [("van", names[:cut]), ("van", names[cut:])])
    if island is not None and island.is_complete:
        assert_numbers_are_right(problem, island)


def line_day(count=4, **fields):
    """Return a day of four orders, a kilometre from each other on a line that begins at the depot."""
    where = np.arange(5) * 1000
    apart = np.abs(where[:, None] - where)
    orders = [Order(name, lon=0, lat=0, weight_kg=1, **fields) for name in "ABCD"]
    return Problem(orders, [Depot("D", lon=0, lat=0)], [VehicleType("van", count=count, payload_kg=3)],
                   [TravelMatrix("van", ("depot D", *(f"order {name}" for name in "ABCD")), apart // 20, apart)])


def test_possible_routes_to_begin_from_stay_as_they_are():
    """D, C, B fill one van though another split is cheaper; A gets the other."""
    island = begin(line_day(), 1, [("van", ["D", "C", "B"])])

    assert list(present_routes(island).values()) == [[3, 2, 1], [0]]


def test_the_best_plan_of_a_line_is_found():
    """One van to the far end with two on the way, one for the near order: 8 + 2 km."""
    plan = engine_named("native").solve(line_day(), Limit(iterations=1), 1)

    assert plan.cost == pytest.approx(10.0)


@settings(max_examples=40)
@given(problem=problems(max_orders=6))
def test_days_with_other_rules_are_searched_by_the_search_that_knows_them(problem):
    """Of mixed rules, a day is plain only if there is one type, paid by distance, and deliveries that must be made."""
    encoded = encode(problem)
    (island,) = begun(encoded, [1], (), fleet_first=False)
    types = {vehicle.id for vehicle in problem.fleet if vehicle.count}
    if isinstance(island, PlainIsland):
        assert len(types) == 1
        assert all(order.penalty is None for order in problem.orders if order.id in encoded.order_ids)
        assert not problem.shipments
        assert problem.fleet[0].tariff.per_hour == 0


def test_orders_that_find_no_place_at_once_are_left_to_the_other_search():
    """One van of three for four orders."""
    (island,) = begun(encode(line_day(count=1)), [1], (), fleet_first=False)

    assert type(island) is Island


def test_the_kernel_is_compiled_once():
    """One set of types: another would double the time that compiling takes."""
    begin(line_day(), 1).go(10, 1.0)

    assert len(anneal.signatures) == 1
