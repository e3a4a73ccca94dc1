"""Plans to write: one with roads, and one whose every text is an attack."""

import dataclasses

import pytest

from routing.frames import straight_legs
from routing.model import Depot, Order, Problem, TravelMatrix, VehicleType
from routing.plan import Plan, PlanGeometry, Route, UnservedOrder, Visit

NASTY = (
    "=1+1", "+86 27 8888", "-2+3", "@SUM(A1)", "＝1", "../x", "/etc/x", "C:\\x", "CON", "武汉 号", "van_1", "van#1",
    "VAN#1", "<b>&\"'</b>", "x" * 300, "]]><x>", "' OR 1=1 --", "nul.gpx", "..", "00123", "NA",
)


@pytest.fixture(scope="session")
def traced_plan(mixed_plan, street_grid):
    """`mixed_plan` with straight legs as its geometry, and roads."""
    legs = tuple(straight_legs(mixed_plan.problem, route) for route in mixed_plan.routes)
    return dataclasses.replace(mixed_plan, geometry=PlanGeometry(legs, street_grid))


@pytest.fixture(scope="session")
def nasty_texts():
    """Ids that attack spreadsheets, paths, XML and SQL, or that differ only where some file systems see nothing."""
    return NASTY


@pytest.fixture(scope="session")
def nasty_plan():
    """For each nasty text a vehicle of that name that serves an order of that name; one order more stays unserved.

    Names begin with a tab and end in a control character, which ids may not hold.
    """
    orders = tuple(Order(text, lon=i / 100, lat=0.0, name=f"\t{text}\x07", address=text, demand={text: 1.0})
                   for i, text in enumerate((*NASTY, "=left")))
    labels = ("depot =D", *(f"order {order.id}" for order in orders))
    zeros = [[0] * len(labels)] * len(labels)
    problem = Problem(orders, (Depot("=D", lon=0.0, lat=0.1, name="=D"),),
                      tuple(VehicleType(text, capacity={text: 1.0}) for text in NASTY),
                      (TravelMatrix("van", labels, zeros, zeros),))
    routes = tuple(Route(text, text, "=D", (Visit(text, 0, 0, 0),), 0, 0, 0, 0.0) for text in NASTY)
    return Plan(problem, routes, (UnservedOrder("=left", "not_found", "=2+2"),), engine="=engine", notes=("=note",))
