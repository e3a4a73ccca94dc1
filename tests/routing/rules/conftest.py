"""Ways to say what a judge found, and days that differ from the hand-worked ones in one thing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from routing.checker import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from routing.plan import Plan


@pytest.fixture(scope="session")
def found() -> Callable[[Plan], list[tuple[str, str, str, str, float, str]]]:
    """Give all that `check` finds, as (rule, route, visit, order, amount rounded to 9 digits, unit)."""

    def facts(plan: Plan) -> list[tuple[str, str, str, str, float, str]]:
        return [(v.rule, v.route, v.visit, v.order, round(v.amount, 9), v.unit) for v in check(plan)]

    return facts


@pytest.fixture(scope="session")
def with_order() -> Callable[..., Plan]:
    """Give ``with_order(plan, "A", weight_kg=61)``: the plan of a problem in which one order differs."""

    def make(plan: Plan, order_id: str, **fields: object) -> Plan:
        assert order_id in {order.id for order in plan.problem.orders}
        orders = tuple(dataclasses.replace(order, **fields) if order.id == order_id else order
                       for order in plan.problem.orders)
        return dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, orders=orders))

    return make


@pytest.fixture(scope="session")
def with_vehicle() -> Callable[..., Plan]:
    """Give ``with_vehicle(plan, "van", payload_kg=99)``: the plan of a problem in which one vehicle type differs."""

    def make(plan: Plan, type_id: str, **fields: object) -> Plan:
        assert type_id in {kind.id for kind in plan.problem.fleet}
        fleet = tuple(dataclasses.replace(kind, **fields) if kind.id == type_id else kind
                      for kind in plan.problem.fleet)
        return dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, fleet=fleet))

    return make


@pytest.fixture(scope="session")
def with_depot() -> Callable[..., Plan]:
    """Give ``with_depot(plan, "D", open="08:00")``: the plan of a problem in which one depot differs."""

    def make(plan: Plan, depot_id: str, **fields: object) -> Plan:
        assert depot_id in {depot.id for depot in plan.problem.depots}
        depots = tuple(dataclasses.replace(depot, **fields) if depot.id == depot_id else depot
                       for depot in plan.problem.depots)
        return dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, depots=depots))

    return make


@pytest.fixture(scope="session")
def with_legs() -> Callable[..., Plan]:
    """Give ``with_legs(plan, "van", {("order A", "order B"): (-1, -1)})``: (seconds, metres) of some legs differ."""

    def make(plan: Plan, profile: str, legs: dict[tuple[str, str], tuple[int, int]]) -> Plan:
        matrices = []
        for matrix in plan.problem.matrices:
            seconds, metres = matrix.duration_s.copy(), matrix.distance_m.copy()
            for (origin, target), (s, m) in legs.items() if matrix.profile == profile else ():
                cell = matrix.places.index(origin), matrix.places.index(target)
                seconds[cell], metres[cell] = s, m
            matrices.append(dataclasses.replace(matrix, duration_s=seconds, distance_m=metres))
        return dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, matrices=tuple(matrices)))

    return make
