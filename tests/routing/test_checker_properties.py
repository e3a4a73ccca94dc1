"""Laws of the judge: correct plans pass, no figure can be changed unnoticed, and no plan is too broken to judge."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.checker import check
from routing.model import Depot, Order, Problem, Tariff, TimeWindow, TravelMatrix, VehicleType
from routing.plan import Plan, Route, UnservedOrder, Visit

JUNK = [None, "", "x", "A", 0, -1, 1.5, math.nan, math.inf, -math.inf, 10**400, -(2**63), True, 1j, b"", [],
        {}, (), object()]
FIELDS = {Route: ("vehicle", "vehicle_type", "depot", "visits", "begin_s", "end_s", "distance_m", "cost",
                  "end_depot"),
          Visit: ("order", "arrival_s", "begin_s", "end_s"), UnservedOrder: ("order", "reason", "detail")}


@st.composite
def correct_plans(draw):
    """Drive first and ask afterwards: make routes, then a problem that allows just what was driven.

    Up to six orders on up to three vehicles of two types with random legs, waits and services; every window holds the
    begin that was driven, every capacity the load, every shift the route. Orders too heavy for all may be left.
    """
    served = draw(st.integers(1, 6))
    left = draw(st.integers(0, 2))
    n = 1 + served + left
    cells = st.lists(st.integers(0, 3000), min_size=n * n, max_size=n * n)
    seconds, metres = (np.array(draw(cells)).reshape(n, n) for _ in range(2))
    tariff = Tariff(fixed=draw(st.integers(0, 9)), per_km=draw(st.integers(1, 3)), per_hour=draw(st.integers(1, 40)))
    vehicles = draw(st.lists(st.sampled_from(["van#1", "van#2", "truck#1"]), min_size=served, max_size=served))
    orders, routes, longest = [], [], 0
    for vehicle in dict.fromkeys(vehicles):
        stops = [i for i in range(served) if vehicles[i] == vehicle]
        start = now = draw(st.integers(0, 100_000))
        place, driven, visits = 0, 0, []
        for i in stops:
            arrival = now + int(seconds[place, i + 1])
            begin = arrival + draw(st.integers(0, 600))
            service = draw(st.integers(0, 900))
            window = TimeWindow(max(0, begin - draw(st.integers(0, 60))), begin + draw(st.integers(0, 60)))
            weight = draw(st.integers(0, 50))
            orders.append((i, Order(f"o{i}", lon=0, lat=0, weight_kg=weight, window=window, service_s=service)))
            visits.append(Visit(f"o{i}", arrival, begin, begin + service))
            driven, place, now = driven + int(metres[place, i + 1]), i + 1, begin + service
        driven, end = driven + int(metres[place, 0]), now + int(seconds[place, 0])
        cost = tariff.fixed + tariff.per_km * driven / 1000 + tariff.per_hour * (end - start) / 3600
        routes.append(Route(vehicle, vehicle.split("#")[0], "D", tuple(visits), start, end, driven, cost))
        longest = max(longest, end - start)
    orders = [order for _, order in sorted(orders, key=lambda pair: pair[0])]
    orders += [Order(f"u{i}", lon=0, lat=0, weight_kg=10_000) for i in range(left)]
    room = max(sum(order.weight_kg for order in orders if order.id in route.orders) for route in routes) or 1
    shift = TimeWindow(min(route.begin_s for route in routes), max(route.end_s for route in routes))
    farthest, most = max(route.distance_m for route in routes) or 1, max(len(route.visits) for route in routes)
    fleet = tuple(VehicleType(name, count=2, payload_kg=room, shift=shift, max_duration_s=longest or 1, tariff=tariff,
                              max_distance_m=farthest, max_stops=most) for name in ("van", "truck"))
    places = ("depot D", *(f"order {order.id}" for order in orders))
    problem = Problem(orders, (Depot("D", lon=0, lat=0),), fleet, (TravelMatrix("van", places, seconds, metres),))
    unserved = tuple(UnservedOrder(f"u{i}", "too_big", "10 t") for i in range(left))
    return Plan(problem, tuple(routes), unserved)


def facts(violations):
    """Return the violations without their order."""
    return Counter((v.rule, v.route, v.visit, v.order, v.amount, v.unit) for v in violations)


@given(correct_plans())
def test_what_was_driven_is_allowed(plan):
    """The problem was made to allow just what was driven, with every limit at its end."""
    assert check(plan) == []


@given(plan=correct_plans(), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_single_figure_can_be_changed_unnoticed(forge, plan, data):
    """Any time, distance or cost of any route or visit, changed by anything, violates the rule that owns it."""
    number = data.draw(st.integers(0, len(plan.routes) - 1))
    route = plan.routes[number]
    stop = data.draw(st.integers(0, len(route.visits) - 1))
    off = data.draw(st.integers(-5000, 5000).filter(bool))
    owners = {"begin_s": {"travel_time"}, "end_s": {"travel_time"}, "distance_m": {"travel_time"}, "cost": {"cost"},
              "arrival_s": {"travel_time"}}
    field = data.draw(st.sampled_from(["begin_s", "end_s", "distance_m", "cost", "arrival_s", "visit begin_s",
                                       "visit end_s"]))
    if field in ("arrival_s", "visit begin_s", "visit end_s"):
        name = field.split()[-1]
        visit = forge(route.visits[stop], **{name: getattr(route.visits[stop], name) + off})
        new = forge(route, visits=(*route.visits[:stop], visit, *route.visits[stop + 1:]))
    else:
        new = forge(route, **{field: getattr(route, field) + off})
    violations = check(forge(plan, routes=(*plan.routes[:number], new, *plan.routes[number + 1:])))

    assert owners.get(field, {"time_window"}) <= {violation.rule for violation in violations}
    assert {violation.route for violation in violations} == {route.vehicle}
    assert all(violation.amount > 0 for violation in violations)
    assert abs(off) in {round(violation.amount, 6) for violation in violations}


@given(plan=correct_plans(), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_limit_that_is_taken_below_what_was_driven_is_violated(forge, plan, data):
    """Limits are at their ends, so the smallest cut into one is seen by its rule, and by no other."""
    rule, cut = data.draw(st.sampled_from([
        ("shift", {"shift": lambda kind: TimeWindow(kind.shift.begin_s + 1, kind.shift.end_s + 1)}),
        ("shift", {"max_duration_s": lambda kind: kind.max_duration_s / 2}),
        ("capacity", {"payload_kg": lambda kind: kind.payload_kg * 0.999}),
        ("fleet", {"count": lambda _: 0}),
        ("max_distance", {"max_distance_m": lambda kind: kind.max_distance_m - 0.5}),
        ("max_stops", {"max_stops": lambda kind: kind.max_stops - 1}),
        ("cost", {"tariff": lambda kind: Tariff(kind.tariff.fixed + 1, kind.tariff.per_km, kind.tariff.per_hour)}),
    ]))
    fleet = tuple(forge(kind, **{name: make(kind) for name, make in cut.items()}) for kind in plan.problem.fleet)
    loads = [order.weight_kg for order in plan.problem.orders if not order.id.startswith("u")]
    longest = max(route.end_s - route.begin_s for route in plan.routes)
    nowhere = all(route.distance_m == 0 for route in plan.routes)
    too_small = {"payload_kg": not any(loads), "max_distance_m": nowhere, "max_duration_s": longest < 2}
    if any(too_small.get(name) for name in cut):
        return
    found = {violation.rule for violation in check(forge(plan, problem=forge(plan.problem, fleet=fleet)))}

    assert found - {"reasons"} == {rule}


@given(plan=correct_plans(), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_plan_is_too_broken_to_judge(forge, plan, data):
    """Junk of every kind in up to three fields of anything: an answer, made of texts and numbers, never a crash."""
    for _ in range(data.draw(st.integers(1, 3))):
        plan = planted(plan, forge, data)

    for violation in check(plan):
        assert all(isinstance(text, str) for text in (violation.rule, violation.route, violation.visit, violation.order,
                                                      violation.unit, violation.message))
        assert violation.amount >= 0
        assert "\n" not in str(violation)


def planted(plan, forge, data):
    """Return the plan with junk in one place."""
    junk = data.draw(st.sampled_from(JUNK))
    routes, unserved = plan.routes, plan.unserved
    kind = data.draw(st.sampled_from([Plan, Route, Visit, UnservedOrder]))
    field = data.draw(st.sampled_from(FIELDS.get(kind, ("routes", "unserved"))))
    if kind is Plan:
        return forge(plan, **{field: data.draw(st.sampled_from([junk, (junk,)]))})
    if kind is UnservedOrder and isinstance(unserved, tuple) and unserved and isinstance(unserved[0], UnservedOrder):
        return forge(plan, unserved=(forge(unserved[0], **{field: junk}), *unserved[1:]))
    if not (isinstance(routes, tuple) and routes and isinstance(routes[0], Route)):
        return plan
    route = routes[0]
    if kind is Route:
        route = forge(route, **{field: junk})
    elif isinstance(route.visits, tuple) and route.visits and isinstance(route.visits[0], Visit) and kind is Visit:
        route = forge(route, visits=(data.draw(st.sampled_from([forge(route.visits[0], **{field: junk}), junk])),
                                     *route.visits[1:]))
    return forge(plan, routes=(route, *routes[1:]))


@given(plan=correct_plans(), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_orders_cannot_be_lost_doubled_or_made_up(forge, plan, data):
    """Any list of ids in place of the visited ones: coverage tells exactly the differences."""
    known = [order.id for order in plan.problem.orders]
    route = data.draw(st.sampled_from(plan.routes))
    ids = data.draw(st.lists(st.sampled_from([*known, "X"]), min_size=1, max_size=6))
    new = forge(route, visits=tuple(forge(route.visits[0], order=i) for i in ids))
    changed = forge(plan, routes=tuple(new if r is route else r for r in plan.routes))
    times = Counter(order for r in changed.routes for order in r.orders) + Counter(u.order for u in plan.unserved)

    expected = sum(times["X"] if i == "X" else abs(times[i] - 1) for i in [*known, "X"])

    assert sum(violation.amount for violation in check(changed) if violation.rule == "coverage") == expected


@given(plan=correct_plans(), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_routes_does_not_matter(forge, plan, data):
    """The same routes in any order break the same rules by the same amounts."""
    routes = tuple(forge(route, cost=route.cost + 1, end_s=route.end_s + 60) for route in plan.routes)
    broken = forge(plan, routes=routes)
    shuffled = forge(broken, routes=tuple(data.draw(st.permutations(broken.routes))))

    assert facts(check(shuffled)) == facts(check(broken))
    assert len(check(broken)) >= 2 * len(plan.routes)


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: type(junk).__name__)
def test_junk_in_every_field_at_once(two_stop_plan, forge, junk):
    """A plan that is nothing but junk is judged too: nobody is visited."""
    visit = forge(two_stop_plan.routes[0].visits[0], **dict.fromkeys(FIELDS[Visit], junk))
    route = forge(two_stop_plan.routes[0], **{**dict.fromkeys(FIELDS[Route], junk), "visits": (visit, junk)})
    left = forge(UnservedOrder("A", "not_found", ""), **dict.fromkeys(FIELDS[UnservedOrder], junk))

    missing = {violation.order for violation in check(forge(two_stop_plan, routes=(route, junk), unserved=(left, junk)))
               if violation.rule == "coverage" and "neither" in violation.message}

    assert missing == ({"B"} if junk == "A" else {"A", "B"})
