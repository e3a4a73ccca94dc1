"""Why orders are left over: each code with its figures, offers against every place tried in turn, and the judge."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import reasons
from routing.assemble import assemble_plan, schedule
from routing.insertion import cheapest_offers
from routing.model import ALWAYS, Depot, Limit, Order, Problem, Shipment, Tariff, TimeWindow, TravelMatrix, VehicleType
from routing.plan import Plan
from routing.reasons import unserved_orders
from routing.request import Requests
from routing.rules import reasons as judge
from routing.testing import brute_force, problems

LIMIT = Limit(iterations=1)


def day(orders, fleet, minutes=60, roads=None, depots=("D",)):
    """Return a problem in which every drive takes `minutes` and 10 km; `roads` changes single cells of the matrix."""
    labels = (*(f"depot {name}" for name in depots), *(f"order {order.id}" for order in orders))
    seconds = np.full((len(labels), len(labels)), minutes * 60)
    np.fill_diagonal(seconds, 0)
    metres = seconds * 10_000 // (minutes * 60)
    for cell in roads or ():
        seconds[cell] = metres[cell] = -1
    profiles = {vehicle.profile for vehicle in fleet}
    return Problem(orders, [Depot(name, lon=0, lat=0, open="06:00", close="20:00") for name in depots], fleet,
                   [TravelMatrix(profile, labels, seconds, metres) for profile in profiles])


def order(name="A", **fields):
    return Order(name, lon=0, lat=0, **fields)


def why(problem, name="A", routes=()):
    (left,) = unserved_orders(problem, [name], routes)
    return left.reason, left.detail


CASES = {
    "no road there": (
        day([order()], [VehicleType("van")], roads=[(0, 1)]),
        "no_road", "no road for van leads to it from depot D"),
    "no road back": (
        day([order()], [VehicleType("van")], roads=[(1, 0)]),
        "no_road", "no road for van leads back from it to depot D"),
    "too heavy": (
        day([order(weight_kg=2000)], [VehicleType("van", payload_kg=800), VehicleType("lorry", payload_kg=1800.5)]),
        "too_big", "2,000 kg; the most a vehicle carries is 1,800.5 kg (lorry)"),
    "too much of two things": (
        day([order(weight_kg=900, demand={"pallets": 3})],
            [VehicleType("van", payload_kg=800), VehicleType("lorry", capacity={"pallets": 2})]),
        "too_big", "van carries 800 kg, not 900 kg; lorry carries 2 pallets, not 3 pallets"),
    "a skill that none has": (
        day([order(skills={"cold", "crane"})], [VehicleType("van", skills={"cold"})]),
        "skill", "needs crane, which no vehicle has"),
    "skills that none has together": (
        day([order(skills={"cold", "crane"})],
            [VehicleType("van", skills={"cold"}), VehicleType("lorry", skills={"crane"})]),
        "skill", "needs cold and crane together, which no vehicle has"),
    "late": (
        day([order(window=TimeWindow.between("06:00", "09:00"))],
            [VehicleType("van", shift=TimeWindow.between("08:24", "18:00"))]),
        "closed_window", "time window closes 09:00, earliest arrival 09:24"),
    "opens too late": (
        day([order(window=TimeWindow.between("19:30", "21:00"))], [VehicleType("van")]),
        "closed_window", "time window opens 19:30; van returns 20:30 at the earliest, it must by 20:00"),
    "away too long": (
        day([order(service_s=1800)], [VehicleType("van", max_duration_s=2 * 3600)]),
        "shift_too_short", "van would be away 2 h 30 min, it may be for 2 h"),
    "shift ends": (
        day([order(service_s=1800)], [VehicleType("van", shift=TimeWindow.between("08:00", "10:15"))]),
        "shift_too_short", "van returns 10:30 at the earliest, it must by 10:15"),
    "each for its own reason": (
        day([order(weight_kg=10, skills={"cold"})],
            [VehicleType("van"), VehicleType("bike", payload_kg=5, skills={"cold"})]),
        "no_vehicle", "van lacks cold; bike carries 5 kg, not 10 kg"),
    "a type of which there is none": (
        day([order(weight_kg=10)], [VehicleType("lorry", count=0), VehicleType("bike", payload_kg=5)]),
        "too_big", "10 kg; the most a vehicle carries is 5 kg (bike)"),
    "over midnight": (
        dataclasses.replace(
            day([order(window=TimeWindow.between("22:00", "22:30"))],
                [VehicleType("van", shift=TimeWindow.between("22:00", "06:00+1"))]),
            depots=[Depot("D", lon=0, lat=0)]),
        "closed_window", "time window closes 22:30, earliest arrival 23:00"),
    "too far": (
        day([order()], [VehicleType("van", max_distance_m=15_000), VehicleType("bike", max_distance_m=19_900)]),
        "too_far", "bike would drive 20.0 km, it may drive 19.9 km"),
    "nobody may serve it": (
        day([order(vehicle_types={"lorry"})], [VehicleType("van"), VehicleType("lorry", count=0)]),
        "no_vehicle", "van may not serve it"),
    "only those that may serve it count": (
        day([order(weight_kg=9, vehicle_types={"bike"})], [VehicleType("van"), VehicleType("bike", payload_kg=5)]),
        "too_big", "9 kg; the most a vehicle carries is 5 kg (bike)"),
    "slow with this type": (
        day([order(service_s=60, service_by_type={"van": 3600})], [VehicleType("van", max_duration_s=2.5 * 3600)]),
        "shift_too_short", "van would be away 3 h, it may be for 2 h 30 min"),
    "no way back, but it need not return": (
        day([order(penalty=5)], [VehicleType("van", returns=False, tariff=Tariff(fixed=2, per_km=1))], roads=[(1, 0)]),
        "not_worth_it", "its penalty is 5.00; with an unused van it would cost 12.00"),
    "it ends elsewhere": (
        day([order()], [VehicleType("van", depot="D", end_depot="E")], roads=[(2, 1)], depots=("D", "E")),
        "no_road", "no road for van leads back from it to depot E"),
    "the penalty is less": (
        day([order(penalty=15)], [VehicleType("van", tariff=Tariff(fixed=5, per_km=1, currency="EUR"))]),
        "not_worth_it", "its penalty is 15.00 EUR; with an unused van it would cost 25.00 EUR"),
    "the penalty is more": (
        day([order(penalty=30)], [VehicleType("van", tariff=Tariff(fixed=5, per_km=1, currency="EUR"))]),
        "not_found",
        "an unused van could serve it for 25.00 EUR, but the search ended without finding that; search longer"),
}


@pytest.mark.parametrize("case", CASES)
def test_reason_and_figures(case):
    """Every drive takes an hour and 10 km; depot D is open 06:00-20:00; the figures follow by hand."""
    problem, reason, detail = CASES[case]

    assert why(problem) == (reason, detail)


def shipped(pickup=None, delivery=None, **vehicle):
    """Return a day with a shipment of 60 kg from A to B, and one van."""
    orders = [order("A", kind="pickup", weight_kg=60, **pickup or {}), order("B", weight_kg=60, **delivery or {})]
    fields = {"tariff": Tariff(fixed=5, per_km=1, currency="EUR"), **vehicle}
    return dataclasses.replace(day(orders, [VehicleType("van", **fields)]),
                               shipments=(Shipment("S", pickup="A", delivery="B"),))


PAIRS = {
    "too big": (shipped(payload_kg=50), "too_big", "60 kg; the most a vehicle carries is 50 kg (van)"),
    "one stop only": (shipped(max_stops=1), "no_vehicle", "van may make one stop only"),
    "the delivery closes first": (
        shipped({"window": TimeWindow.between("09:00", "10:00")}, {"window": TimeWindow.between("06:00", "09:30")}),
        "closed_window", "time window closes 09:30, earliest arrival 10:00"),
    "skills of both": (shipped({"skills": {"cold"}}, {"skills": {"crane"}}, skills={"cold"}),
                       "skill", "needs crane, which no vehicle has"),
    "waiting between them": (
        shipped({"window": TimeWindow.between("07:00", "08:00")}, {"window": TimeWindow.between("12:00", "13:00")},
                max_duration_s=5 * 3600),
        "shift_too_short", "van would be away 6 h, it may be for 5 h"),
    "both penalties are less": (
        shipped({"penalty": 20}, {"penalty": 10}),
        "not_worth_it", "their penalties are 30.00 EUR; with an unused van it would cost 35.00 EUR"),
    "both penalties are more": (
        shipped({"penalty": 20}, {"penalty": 16}),
        "not_found",
        "an unused van could serve it for 35.00 EUR, but the search ended without finding that; search longer"),
}


@pytest.mark.parametrize("case", PAIRS)
def test_both_orders_of_a_shipment_have_one_reason(case):
    """Three drives of an hour and 10 km each; the figures follow by hand."""
    problem, reason, detail = PAIRS[case]

    assert [(left.order, left.reason, left.detail) for left in unserved_orders(problem, ["A"])] == [
        ("A", reason, f"with order 'B': {detail}")]
    assert [(left.order, left.reason, left.detail) for left in unserved_orders(problem, ["B", "A"])] == [
        ("A", reason, f"with order 'B': {detail}"), ("B", reason, f"with order 'A': {detail}")]
    assert list(judge.violations(Plan(problem, (), unserved_orders(problem, ["A", "B"])))) == []


def test_room_for_a_pickup_is_sought_where_the_vehicle_has_become_empty():
    """The van leaves full for B; A can be picked up after B only, which is one drive of 10 km more."""
    vans = VehicleType("van", payload_kg=100, tariff=Tariff(per_km=1))
    problem = day([order("A", kind="pickup", weight_kg=100, penalty=9), order("B", weight_kg=100)], [vans])

    assert why(problem, "A", [schedule(problem, "van", ["B"])]) == (
        "not_worth_it", "its penalty is 9.00; with van#1 it would cost 10.00")
    full = dataclasses.replace(problem, orders=(problem.orders[0], dataclasses.replace(problem.orders[1],
                                                                                       kind="pickup")))
    assert why(full, "A", [schedule(full, "van", ["B"])])[1] == (
        "the only vehicle (van) that could serve it is in use, and no place for it is free on these routes")


def part(problem, ids):
    """Return the problem with some of its orders only, all of them mandatory."""
    rows = [*range(len(problem.depots)), *(problem.order_row[order] for order in ids)]
    matrices = [TravelMatrix(matrix.profile, [matrix.places[row] for row in rows],
                             matrix.duration_s[np.ix_(rows, rows)], matrix.distance_m[np.ix_(rows, rows)])
                for matrix in problem.matrices]
    orders = [dataclasses.replace(order, penalty=None) for order in problem.orders if order.id in ids]
    return dataclasses.replace(problem, matrices=matrices, shipments=[s for s in problem.shipments if s.pickup in ids],
                               orders=sorted(orders, key=lambda order: ids.index(order.id)))


@settings(max_examples=60)
@given(problems(max_orders=5))
def test_a_proof_is_one_by_exhaustive_search_too(problem):
    """Of every rule: what is called impossible cannot be served alone in any way, all else can; the judge agrees."""
    answers = unserved_orders(problem, [order.id for order in problem.orders])

    assert list(judge.violations(Plan(problem, (), answers))) == []
    for left in answers:
        shipment = problem.shipment_of.get(left.order)
        ids = [left.order] if shipment is None else list(shipment.orders)
        possible = brute_force(part(problem, ids)).unserved == 0
        assert possible == (left.reason in {"not_worth_it", "not_found"})


def test_a_full_fleet_is_named():
    """The only van carries B and has no room for A."""
    problem = day([order("A", weight_kg=60), order("B", weight_kg=60)], [VehicleType("van", payload_kg=100)])
    routes = [schedule(problem, "van", ["B"])]

    reason, detail = why(problem, "A", routes)

    assert reason == "not_found"
    assert detail == "the only vehicle (van) that could serve it is in use, and no place for it is free on these routes"


def test_cheapest_place_on_a_route_counts_against_the_penalty():
    """B is served; A on the way costs one more drive of 10 km, at 1 a km; a second van would cost 20."""
    vans = VehicleType("van", count=2, tariff=Tariff(per_km=1, currency="EUR"))
    problem = day([order("A", penalty=9.5), order("B")], [vans])
    routes = [schedule(problem, "van", ["B"])]

    assert why(problem, "A", routes) == ("not_worth_it", "its penalty is 9.50 EUR; with van#1 it would cost 10.00 EUR")


def test_too_many_places_leave_the_question_open(monkeypatch):
    """Without a look at every place, nothing is claimed about what serving A would cost."""
    monkeypatch.setattr(reasons, "MOST_PLACES", 1)
    problem = day([order("A", penalty=1), order("B")], [VehicleType("van")])

    assert why(problem, "A", [schedule(problem, "van", ["B"])]) == (
        "not_found", "the only vehicle (van) that could serve it is in use")


def test_long_fleets_are_cut():
    """Three types are spelled out, the rest counted."""
    fleet = [VehicleType(f"van {i}") for i in range(4)] + [VehicleType("bike", payload_kg=1, skills={"cold"})]

    assert why(day([order(weight_kg=2, skills={"cold"})], fleet)) == (
        "no_vehicle", "van 0 lacks cold; van 1 lacks cold; van 2 lacks cold; and so on for 2 more vehicle types")


def test_answers_come_in_the_order_of_the_problem():
    """Whatever order they are asked in, and none if none is asked."""
    problem = day([order("A"), order("B"), order("C")], [VehicleType("van", count=3)])

    assert [left.order for left in unserved_orders(problem, ["C", "A"])] == ["A", "C"]
    assert unserved_orders(problem, []) == ()


@st.composite
def random_days(draw, most_orders=6):
    """Mixed fleets and narrow windows, so that every code turns up; seconds from 0 to 60."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, depots = draw(st.integers(1, most_orders)), draw(st.integers(1, 2))

    def window(chance):
        begin_s = int(rng.integers(0, 50))
        return TimeWindow(begin_s, int(rng.integers(begin_s, 61))) if rng.random() < chance else TimeWindow(0, 60)

    def skills(chance):
        return {skill for skill in ("cold", "crane") if rng.random() < chance}

    orders = [Order(f"o{i}", lon=0, lat=0, weight_kg=rng.integers(0, 6), demand={"pallets": rng.integers(0, 3)},
                    window=window(0.7), service_s=rng.integers(0, 9), skills=skills(0.2),
                    penalty=rng.integers(0, 40) if rng.random() < 0.5 else None) for i in range(n)]
    fleet = [VehicleType(f"v{i}", count=rng.integers(0, 3) if i else 2, payload_kg=rng.integers(2, 9),
                         capacity={"pallets": rng.integers(1, 4)} if rng.random() < 0.5 else {}, skills=skills(0.6),
                         depot=f"D{rng.integers(0, depots)}", shift=window(0.5), profile=f"p{i % 2}",
                         max_duration_s=rng.choice([15, 30, math.inf]),
                         tariff=Tariff(fixed=rng.integers(0, 9), per_km=rng.integers(0, 3), per_hour=3600))
             for i in range(draw(st.integers(1, 3)))]
    labels = (*(f"depot D{i}" for i in range(depots)), *(f"order o{i}" for i in range(n)))
    matrices = []
    for profile in ("p0", "p1"):
        seconds = rng.integers(0, 12, (len(labels), len(labels)))
        seconds[rng.random(seconds.shape) < 0.05] = -1
        matrices.append(TravelMatrix(profile, labels, seconds, np.where(seconds < 0, -1, seconds * 1000)))
    return Problem(orders, [Depot(f"D{i}", lon=0, lat=0) for i in range(depots)], fleet, matrices)


def greedy_sequences(problem):
    """Return some routes: each order goes to the first vehicle that can take it at its end, every third one stays."""
    kinds = {kind.id: kind for kind in problem.fleet}
    sequences = [(kind.id, []) for kind in problem.fleet for _ in range(kind.count)]
    for asked in problem.orders[1::3] + problem.orders[2::3]:
        for kind, route in sequences:
            loads = [problem.orders[problem.order_row[name] - len(problem.depots)].load for name in [*route, asked.id]]
            limits = kinds[kind].capacities
            fits = all(sum(load.get(name, 0) for load in loads) <= limits[name] for name in limits)
            if fits and asked.skills <= kinds[kind].skills and schedule(problem, kind, [*route, asked.id]):
                route.append(asked.id)
                break
    return sequences


@given(random_days())
def test_the_judge_agrees_with_every_reason(problem):
    """The judge shares no code with the reasons; it sees the codes beside the same routes."""
    plan = assemble_plan(problem, greedy_sequences(problem), engine="test", limit=LIMIT, seed=0)

    assert list(judge.violations(plan)) == []


@given(random_days())
def test_offers_are_the_cheapest_of_all_places(problem):
    """Every unserved order is put in every place of every route, and alone on every unused vehicle, by `schedule`."""
    plan = assemble_plan(problem, greedy_sequences(problem), engine="test", limit=LIMIT, seed=0)
    left = [unserved.order for unserved in plan.unserved]
    loads = {order.id: order.load for order in problem.orders}
    able = np.array([[schedule(problem, kind.id, [name]) is not None and kind.count > 0
                      and problem.orders[problem.order_row[name] - len(problem.depots)].skills <= kind.skills
                      and all(loads[name].get(d, 0) <= limit for d, limit in kind.capacities.items())
                      for name in left] for kind in problem.fleet], dtype=bool).reshape(len(problem.fleet), len(left))

    offers = cheapest_offers(Requests.of(problem, left), plan.routes, able)

    for column, (name, offer) in enumerate(zip(left, offers, strict=True)):
        costs = []
        for kind, can in zip(problem.fleet, able[:, column], strict=True):
            routes = [route for route in plan.routes if route.vehicle_type == kind.id]
            if can and len(routes) < kind.count:
                costs.append(schedule(problem, kind.id, [name]).cost)
            for route in routes if can else ():
                total = {d: sum(loads[o].get(d, 0) for o in (*route.orders, name)) for d in kind.capacities}
                if all(total[d] <= limit for d, limit in kind.capacities.items()):
                    places = [schedule(problem, kind.id, [*route.orders[:i], name, *route.orders[i:]])
                              for i in range(len(route.orders) + 1)]
                    costs += [place.cost - route.cost for place in places if place]
        assert (offer.cost if offer else None) == (pytest.approx(min(costs)) if costs else None)


@given(random_days())
def test_a_proof_means_that_no_vehicle_can_serve_it_alone(problem):
    """Any order that some vehicle can serve alone is never called impossible, and the reverse."""
    for left in unserved_orders(problem, [order.id for order in problem.orders]):
        asked = problem.orders[problem.order_row[left.order] - len(problem.depots)]
        possible = any(kind.count and asked.skills <= kind.skills and schedule(problem, kind.id, [asked.id])
                       and all(asked.load.get(d, 0) <= limit for d, limit in kind.capacities.items())
                       for kind in problem.fleet)
        assert possible == (left.reason in {"not_worth_it", "not_found"})


def test_every_window_is_open_by_default():
    """Neutral defaults hinder nothing."""
    assert why(day([order(window=ALWAYS, penalty=0)], [VehicleType("van")]))[0] == "not_worth_it"
