"""Plant one fault in a correct plan: its rule must be named with the right amount, and nothing that is not broken.

Each row says what it plants, in which hand-worked plan (worked out in tests/routing/conftest.py), and all that must be
found. Where one fault cannot be planted without another, both are listed and the comment says why.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any, NamedTuple

import pytest

from gisdata.clock import parse_clock
from routing.model import ALWAYS, Break, DrivingRule, FixedLine, Shipment, TimeWindow
from routing.plan import Pause, UnservedOrder
from routing.rules import RULES


class Tools(NamedTuple):
    """The fixtures that plant."""

    change: Any
    forge: Any
    with_order: Any
    with_vehicle: Any
    with_depot: Any
    with_legs: Any

    def routes(self, plan, *routes):
        """Return the plan with other routes."""
        return self.forge(plan, routes=routes)

    def left(self, plan, *unserved):
        """Return the plan with more unserved orders."""
        return self.forge(plan, unserved=(*plan.unserved, *unserved))

    def renamed(self, plan, order):
        """Return the two-stop plan with another order in place of B."""
        a, b = plan.routes[0].visits
        return self.forge(plan, routes=(self.forge(plan.routes[0], visits=(a, self.forge(b, order=order))),))

    def said(self, plan, reason):
        """Return the mixed plan with another reason for U."""
        return self.forge(plan, unserved=(self.forge(plan.unserved[0], reason=reason), *plan.unserved[1:]))

    def tied(self, plan, pickup, delivery):
        """Return the shipping plan of a problem in which two more orders are a shipment."""
        shipments = (*plan.problem.shipments, Shipment("H", pickup=pickup, delivery=delivery))
        return dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, shipments=shipments))

    def apart(self, plan, pairs, **goods):
        """Return the two-stop plan of a problem in which orders have goods that must be kept apart."""
        for order, kinds in goods.items():
            plan = self.with_order(plan, order, goods=kinds)
        return dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, apart=pairs))

    def lined(self, plan, orders, **fields):
        """Return a plan of a problem with a fixed line."""
        line = FixedLine("L", orders=orders, **fields)
        return dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, lines=[line]))

    def with_truck(self, plan):
        """Return a plan of a problem with one more type, that is like its first."""
        fleet = (*plan.problem.fleet, dataclasses.replace(plan.problem.fleet[0], id="truck"))
        return dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, fleet=fleet))

    def only_a(self, plan, vehicle="van#1"):
        """Return the two-stop plan's route D 07:50, A 08:00-08:30, D 08:40: 10 km, 50 min, 50 + 12 + 20 = 82 EUR."""
        route = plan.routes[0]
        return self.forge(route, vehicle=vehicle, visits=route.visits[:1], end_s=parse_clock("08:40"),
                          distance_m=10_000, cost=82.0)


@pytest.fixture(scope="session")
def tools(change, forge, with_order, with_vehicle, with_depot, with_legs):
    return Tools(change, forge, with_order, with_vehicle, with_depot, with_legs)


def swapped(t, p):
    """Return the two-stop plan with visits in the other order: B cannot be left for A in time."""
    route = p.routes[0]
    return t.routes(p, t.forge(route, visits=(route.visits[1], route.visits[0])))


TWO, MIXED, NIGHT, DAYS = "two_stop_plan", "mixed_plan", "night_plan", "three_day_plan"
SHIPPING = "shipping_plan"
VAN, BIKE = "van#1", "bike#1"

FAULTS = {
    # form
    "arrival is no time": (TWO, lambda t, p: t.change(p, order="A", arrival_s=None), [
        ("form", VAN, "A", "A", 1, "values")]),
    "begin is half a second": (TWO, lambda t, p: t.change(p, order="A", begin_s=28_800.5), [
        ("form", VAN, "A", "A", 1, "values")]),
    "end of service is text": (TWO, lambda t, p: t.change(p, order="B", end_s="soon"), [
        ("form", VAN, "B", "B", 1, "values")]),
    "departure is not a number": (TWO, lambda t, p: t.change(p, VAN, route={"begin_s": math.nan}), [
        ("form", VAN, "", "", 1, "values")]),
    "return is endless": (TWO, lambda t, p: t.change(p, VAN, route={"end_s": math.inf}), [
        ("form", VAN, "", "", 1, "values")]),
    "distance is a fraction": (TWO, lambda t, p: t.change(p, VAN, route={"distance_m": 17_000.5}), [
        ("form", VAN, "", "", 1, "values")]),
    "cost is not a number": (TWO, lambda t, p: t.change(p, VAN, route={"cost": math.nan}), [
        ("form", VAN, "", "", 1, "values")]),
    "vehicle is a number": (TWO, lambda t, p: t.change(p, VAN, route={"vehicle": 1}), [
        ("form", "1", "", "", 1, "values")]),
    "reason is missing": (MIXED, lambda t, p: t.said(p, None), [
        ("form", "", "", "U", 1, "values")]),
    "order is a number": (TWO, lambda t, p: t.renamed(p, 7), [
        ("form", VAN, "7", "7", 1, "values"), ("coverage", "", "", "B", 1, "orders")]),  # B is not visited then

    # coverage
    "an order is forgotten": (TWO, lambda t, p: t.routes(p, t.only_a(p)), [
        ("coverage", "", "", "B", 1, "orders")]),
    "an order is visited by two vehicles": (TWO, lambda t, p: t.routes(p, *p.routes, t.only_a(p, "van#2")), [
        ("coverage", "van#2", "A", "A", 1, "orders")]),
    "an order is visited and left": (TWO, lambda t, p: t.left(p, UnservedOrder("B", "not_found", "")), [
        ("coverage", "", "", "B", 1, "orders")]),
    "an order is left twice": (MIXED, lambda t, p: t.left(p, p.unserved[1]), [
        ("coverage", "", "", "W", 1, "orders")]),
    "an unknown order is left": (MIXED, lambda t, p: t.left(p, UnservedOrder("X", "too_big", "")), [
        ("coverage", "", "", "X", 1, "orders")]),
    "an unknown order is visited": (TWO, lambda t, p: t.renamed(p, "X"), [
        ("coverage", VAN, "X", "X", 1, "orders"), ("coverage", "", "", "B", 1, "orders")]),  # X stands in for B
    "a route is lost": (MIXED, lambda t, p: t.routes(p, p.routes[0]), [
        ("coverage", "", "", "R", 1, "orders"), ("coverage", "", "", "T", 1, "orders")]),

    # fleet
    "a third van of two": (TWO, lambda t, p: t.change(p, VAN, route={"vehicle": "van#3"}), [
        ("fleet", "van#3", "", "", 1, "vehicles")]),
    "a vehicle without a number": (TWO, lambda t, p: t.change(p, VAN, route={"vehicle": "van"}), [
        ("fleet", "van", "", "", 1, "vehicles")]),
    "an unknown type": (TWO, lambda t, p: t.change(p, VAN, route={"vehicle_type": "lorry"}), [
        ("fleet", VAN, "", "", 1, "vehicles")]),
    "an unknown depot": (TWO, lambda t, p: t.change(p, VAN, route={"depot": "X"}), [
        ("fleet", VAN, "", "", 1, "vehicles")]),
    "a vehicle used twice": (TWO, lambda t, p: t.routes(p, *p.routes, t.only_a(p, VAN)), [
        ("coverage", VAN, "A", "A", 1, "orders"), ("fleet", VAN, "", "", 1, "vehicles")]),  # A is all it can visit
    "an idle vehicle": (TWO, lambda t, p: t.routes(p, *p.routes, t.forge(p.routes[0], vehicle="van#2", visits=())), [
        ("fleet", "van#2", "", "", 1, "vehicles")]),
    "a foreign depot": (MIXED, lambda t, p: t.with_vehicle(p, "van", depot="S"), [
        ("fleet", VAN, "", "", 1, "vehicles")]),  # the vans moved to S, the route still runs from N

    # skills
    "a skill too few": (MIXED, lambda t, p: t.with_order(p, "R", skills={"cold", "crane"}), [
        ("skills", "reefer#1", "R", "R", 1, "skills")]),
    "two skills too few": (TWO, lambda t, p: t.with_order(p, "B", skills={"cold", "crane"}), [
        ("skills", VAN, "B", "B", 2, "skills")]),

    # capacity
    "half a kilogram too heavy": (TWO, lambda t, p: t.with_order(p, "B", weight_kg=40.5), [
        ("capacity", VAN, "", "", 0.5, "kg")]),
    "a quarter cubic metre too large": (TWO, lambda t, p: t.with_vehicle(p, "van", volume_m3=1.25), [
        ("capacity", VAN, "", "", 0.25, "m3")]),
    "a piece too many": (TWO, lambda t, p: t.with_vehicle(t.with_order(p, "A", pieces=4), "van", pieces=3), [
        ("capacity", VAN, "", "", 1, "pieces")]),
    "a pallet too many": (MIXED, lambda t, p: t.with_order(p, "T", demand={"pallets": 3}), [
        ("capacity", "reefer#1", "", "", 1, "pallets")]),

    # travel time
    "sooner than the road allows": (TWO, lambda t, p: t.change(p, order="B", arrival_s="08:34"), [
        ("travel_time", VAN, "B", "B", 60, "s")]),
    "later than the road takes": (MIXED, lambda t, p: t.change(p, order="R", arrival_s="06:59"), [
        ("travel_time", "reefer#1", "R", "R", 1800, "s")]),
    "home a second early": (NIGHT, lambda t, p: t.change(p, VAN, route={"end_s": parse_clock("04:00+1") - 1}), [
        ("travel_time", VAN, "", "", 1, "s")]),  # the tariff has no hours, so the cost stays right
    "away a second late": (NIGHT, lambda t, p: t.change(p, VAN, route={"begin_s": parse_clock("23:30") + 1}), [
        ("travel_time", VAN, "A", "A", 1, "s")]),
    "a day is not counted": (DAYS, lambda t, p: t.change(p, order="B", arrival_s="03:20+1"), [
        ("travel_time", "truck#1", "B", "B", 86_400, "s")]),
    "no road": (TWO, lambda t, p: t.with_legs(p, "van", {("order A", "order B"): (-1, -1)}), [
        ("travel_time", VAN, "B", "B", 1, "legs")]),
    "a metre too far": (TWO, lambda t, p: t.change(p, VAN, route={"distance_m": 17_001}), [
        ("travel_time", VAN, "", "", 1, "m")]),
    "the visits are swapped": (TWO, swapped, [
        # D 07:50, 15 min, B 08:05, not 08:35; B left 08:45, 5 min, A 08:50, not 08:00; A left 08:30, 10 min, D 08:40,
        # not 09:05; 8 + 2.5 + 5 = 15.5 km, not 17; so 50 + 18.60 + 30 = 98.60, not 100.40
        ("travel_time", VAN, "B", "B", 1800, "s"), ("travel_time", VAN, "A", "A", 3000, "s"),
        ("travel_time", VAN, "", "", 1500, "s"), ("travel_time", VAN, "", "", 1500, "m"),
        ("cost", VAN, "", "", 1.8, "EUR")]),

    # time window
    "late": (TWO, lambda t, p: t.change(p, order="B", begin_s="09:10", end_s="09:20", vehicle=VAN, route={
        "end_s": "09:40", "cost": 114.4}), [  # 110 min: 50 + 20.40 + 44
        ("time_window", VAN, "B", "B", 600, "s")]),
    "early": (TWO, lambda t, p: t.with_order(p, "B", window=TimeWindow.between("08:40", "09:00")), [
        ("time_window", VAN, "B", "B", 300, "s")]),
    "before it arrives": (TWO, lambda t, p: t.change(p, order="B", begin_s="08:34", end_s="08:44", vehicle=VAN, route={
        "end_s": "09:04", "cost": 100.0}), [  # 74 min: 50 + 20.40 + 29.60
        ("time_window", VAN, "B", "B", 60, "s")]),
    "served too long": (TWO, lambda t, p: t.change(p, order="B", end_s="08:50", vehicle=VAN, route={
        "end_s": "09:10", "cost": 102.4}), [  # 80 min: 50 + 20.40 + 32
        ("time_window", VAN, "B", "B", 300, "s")]),
    "served too short": (NIGHT, lambda t, p: t.with_order(p, "B", service_s=1801), [
        ("time_window", VAN, "B", "B", 1, "s")]),
    "a night too early": (NIGHT, lambda t, p: t.with_order(p, "A", window=TimeWindow.between("23:30+1", "00:30+2")), [
        ("time_window", VAN, "A", "A", 84_600, "s")]),  # it begins at 00:00+1
    "a day too late": (DAYS, lambda t, p: t.with_order(p, "B", window=TimeWindow.between("08:00+1", "18:00+1")), [
        ("time_window", "truck#1", "B", "B", 50_400, "s")]),  # 18:00+1 to 08:00+2

    # several windows
    "in the pause of a shop": (TWO, lambda t, p: t.with_order(p, "B", window=ALWAYS, windows=[
        TimeWindow.between("08:00", "08:30"), TimeWindow.between("08:40", "09:00")]), [  # it begins at 08:35
        ("time_window", VAN, "B", "B", 300, "s")]),

    # goods and overtime
    "goods that must not meet": (TWO, lambda t, p: t.apart(p, [("food", "poison")], A={"food"}, B={"poison", "soap"}), [
        ("apart", VAN, "B", "B", 1, "orders")]),
    "goods that ride alone": (TWO, lambda t, p: t.apart(p, [("bees", "bees")], A={"bees"}, B={"bees"}), [
        ("apart", VAN, "B", "B", 1, "orders")]),
    "a delivery after a pickup": (TWO, lambda t, p: t.with_vehicle(
        t.with_order(p, "A", kind="pickup"), "van", backhauls_last=True), [
        ("backhauls", VAN, "B", "B", 1, "orders")]),
    "overtime not paid": (TWO, lambda t, p: t.with_vehicle(p, "van", tariff=dataclasses.replace(
        p.problem.fleet[0].tariff, per_overtime_hour=60, overtime_after_s=3600)), [
        ("cost", VAN, "", "", 15, "EUR")]),  # 75 min, a quarter of an hour of it overtime

    # zones
    "outside its zones": (TWO, lambda t, p: t.with_vehicle(t.with_order(p, "B", zone="west"), "van", zones={"east"}), [
        ("zones", VAN, "B", "B", 1, "visits")]),

    # fixed lines; the route D, A, B, D has 17 km, A alone 10 km
    "a line in another sequence": (TWO, lambda t, p: t.lined(p, ("B", "A"), bend_percent=math.inf), [
        ("lines", VAN, "A", "A", 1, "orders")]),
    "a line bent too far": (TWO, lambda t, p: t.lined(p, ("A",), bend_percent=50), [
        ("lines", VAN, "A", "A", 2_000, "m")]),
    "a line of another type": (TWO, lambda t, p: t.lined(t.with_truck(p), ("A", "B"), vehicle_type="truck"), [
        ("lines", VAN, "A", "A", 1, "vehicles")]),
    "a line on two vehicles": (MIXED, lambda t, p: t.lined(p, ("P", "T"), bend_percent=math.inf), [
        ("lines", "reefer#1", "T", "T", 1, "orders")]),

    # breaks of drivers
    "a break not taken": (TWO, lambda t, p: t.with_vehicle(p, "van", breaks=[
        Break(TimeWindow.between("08:05", "08:20"), 900)]), [  # under way from 07:50 to 09:05
        ("breaks", VAN, "", "", 900, "s")]),
    "a break during service": (TWO, lambda t, p: t.change(p, VAN, route={"pauses": (
        Pause(parse_clock("08:10"), parse_clock("08:15")),)}), [
        ("breaks", VAN, "", "", 300, "s")]),
    "a break around service that takes no time": (TWO, lambda t, p: t.change(
        t.with_order(p, "A", service_s=0), VAN, "A", begin_s="08:30", route={"pauses": (
            Pause(parse_clock("08:28"), parse_clock("08:33")),)}), [
        ("breaks", VAN, "", "", 180, "s")]),  # served and left at 08:30
    "driven too long": (TWO, lambda t, p: t.with_vehicle(p, "van", driving=DrivingRule(1800, 600)), [
        ("breaks", VAN, "", "", 300, "s")]),  # 10 + 5 + 20 min
    "a pause that no drive knows of": (TWO, lambda t, p: t.change(p, VAN, route={"pauses": (
        Pause(parse_clock("08:31"), parse_clock("08:33")),)}), [  # from A at 08:30, at B at 08:35 all the same
        ("travel_time", VAN, "B", "B", 120, "s")]),
    "a pause that is none": (TWO, lambda t, p: t.change(p, VAN, route={"pauses": (7,)}), [
        ("form", VAN, "", "", 1, "values")]),

    # shift
    "before the depot opens": (TWO, lambda t, p: t.with_depot(p, "D", open="08:00"), [
        ("shift", VAN, "", "", 600, "s")]),
    "after the depot closes": (TWO, lambda t, p: t.with_depot(p, "D", close="09:00"), [
        ("shift", VAN, "", "", 300, "s")]),
    "before the shift": (TWO, lambda t, p: t.with_vehicle(p, "van", shift=TimeWindow.between("07:51", "18:00")), [
        ("shift", VAN, "", "", 60, "s")]),
    "after the shift": (NIGHT, lambda t, p: t.with_vehicle(p, "van", shift=TimeWindow.between("22:00", "03:59+1")), [
        ("shift", VAN, "", "", 60, "s")]),
    "away too long": (DAYS, lambda t, p: t.with_vehicle(p, "truck", max_duration_s=56 * 3600), [
        ("shift", "truck#1", "", "", 2400, "s")]),
    "before the plan day": (NIGHT, lambda t, p: t.change(t.with_vehicle(t.with_depot(
        p, "D", open=0), "van", shift=TimeWindow(0, parse_clock("06:00+1"))), VAN, route={"begin_s": -1}), [
        # 23:30 and a second too early for the drive to A; a second too early for depot and shift
        ("travel_time", VAN, "A", "A", 84_601, "s"), ("shift", VAN, "", "", 1, "s"), ("shift", VAN, "", "", 1, "s")]),

    # cost
    "a cent too dear": (TWO, lambda t, p: t.change(p, VAN, route={"cost": 100.41}), [
        ("cost", VAN, "", "", 0.01, "EUR")]),
    "nothing at all": (NIGHT, lambda t, p: t.change(p, VAN, route={"cost": 0.0}), [
        ("cost", VAN, "", "", 180, "cost")]),
    "another tariff": (MIXED, lambda t, p: t.with_vehicle(p, "reefer", tariff=dataclasses.replace(
        p.problem.fleet[1].tariff, fixed=110)), [
        ("cost", "reefer#1", "", "", 10, "CNY")]),

    # shipment
    "delivered before it is picked up": (SHIPPING, lambda t, p: t.tied(p, "R", "T"), [
        ("shipment", VAN, "T", "T", 1, "shipments")]),
    "picked up by another vehicle": (SHIPPING, lambda t, p: t.tied(p, "V", "T"), [
        ("shipment", VAN, "T", "T", 1, "shipments")]),
    "delivered without being picked up": (SHIPPING, lambda t, p: t.tied(p, "X", "T"), [
        ("shipment", VAN, "T", "T", 1, "shipments")]),

    # rules of vehicle types
    "the type may not serve it": (SHIPPING, lambda t, p: t.with_order(p, "V", vehicle_types={"van"}), [
        ("vehicle_type", BIKE, "V", "V", 1, "visits")]),
    "a stop too many": (SHIPPING, lambda t, p: t.with_vehicle(p, "van", max_stops=3), [
        ("max_stops", VAN, "", "", 1, "visits")]),
    "half a metre too far": (SHIPPING, lambda t, p: t.with_vehicle(p, "van", max_distance_m=19_999.5), [
        ("max_distance", VAN, "", "", 0.5, "m")]),
    "another service time with this type": (SHIPPING, lambda t, p: t.with_order(p, "P", service_by_type={"bike": 9}), [
        ("time_window", VAN, "P", "P", 300, "s")]),  # ten minutes stated, five due
    "too much after a pickup": (SHIPPING, lambda t, p: t.with_vehicle(p, "van", payload_kg=99), [
        ("capacity", VAN, "P", "P", 1, "kg")]),
    "ends where its type does not": (SHIPPING, lambda t, p: t.with_vehicle(p, "van", end_depot=""), [
        ("end_depot", VAN, "", "", 1, "depots")]),
    "ends nowhere known": (SHIPPING, lambda t, p: t.change(p, VAN, route={"end_depot": "Z"}), [
        ("end_depot", VAN, "", "", 1, "depots")]),
    "the end is no text": (SHIPPING, lambda t, p: t.change(p, VAN, route={"end_depot": None}), [
        ("form", VAN, "", "", 1, "values")]),
    "the depot where it ends is closed": (SHIPPING, lambda t, p: t.with_depot(p, "S", close="08:29"), [
        ("shift", VAN, "", "", 60, "s")]),
    "goes on after its last service": (SHIPPING, lambda t, p: t.change(p, BIKE, route={"end_s": 360}), [
        ("open_route", BIKE, "", "", 60, "s")]),
    "states an end though it has none": (SHIPPING, lambda t, p: t.change(p, BIKE, route={"end_depot": "N"}), [
        ("open_route", BIKE, "", "", 1, "depots")]),

    # reasons
    "it is not too far": (SHIPPING, lambda t, p: t.forge(p, unserved=(UnservedOrder("X", "too_far"),)), [
        ("reasons", "", "", "X", 2, "vehicle types")]),
    "it is not too big": (MIXED, lambda t, p: t.with_order(p, "U", weight_kg=5000), [
        ("reasons", "", "", "U", 1, "vehicle types")]),  # the reefer carries 5,000 kg
    "there is a road": (MIXED, lambda t, p: t.said(p, "no_road"), [
        ("reasons", "", "", "U", 2, "vehicle types")]),
    "it has no penalty": (MIXED, lambda t, p: t.with_order(p, "W", penalty=None), [
        ("reasons", "", "", "W", 1, "orders")]),
    "it would be worth it": (MIXED, lambda t, p: t.with_order(p, "W", penalty=105), [
        ("reasons", "", "", "W", 1, "CNY")]),  # van#2 would take 20 + 60 + 24 = 104
    "it says nothing": (MIXED, lambda t, p: t.said(p, "sorry"), [
        ("reasons", "", "", "U", 1, "orders")]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_with_its_amount_and_nothing_else(request, tools, found, fault):
    """All that the judge finds, of all rules, is what was planted."""
    name, plant, expected = FAULTS[fault]
    plan = request.getfixturevalue(name)

    assert found(plan) == []
    assert found(plant(tools, plan)) == expected


def test_faults_are_planted_in_every_rule():
    """A rule without a planted fault would be a rule that nobody has seen at work."""
    assert {expected[0][0] for _, _, expected in FAULTS.values()} == {rule.NAME for rule in RULES}
