"""Plans worked out by hand, small enough to check on paper; the docstrings show the working.

Fixtures: `two_stop_problem` / `two_stop_plan`, `mixed_problem` / `mixed_plan`, `shipping_problem` / `shipping_plan`,
`night_problem` / `night_plan`, `three_day_problem` / `three_day_plan`; `change` and `forge` plant faults. All are
frozen, so they live for the session.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gisdata.clock import parse_clock
from routing.model import Depot, Limit, Order, Problem, Shipment, Tariff, TimeWindow, TravelMatrix, VehicleType
from routing.plan import Plan, Route, UnservedOrder, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def visit(order: str, arrival: str, begin: str, end: str) -> Visit:
    """Return a visit from three clock times."""
    return Visit(order, parse_clock(arrival), parse_clock(begin), parse_clock(end))


def line_matrix(profile: str, labels: Sequence[str], km: Sequence[int], seconds_per_km: int) -> TravelMatrix:
    """Return travel between places that stand at kilometre marks of one straight road."""
    apart = np.abs(np.subtract.outer(np.array(km), np.array(km)))
    return TravelMatrix(profile, tuple(labels), apart * seconds_per_km, apart * 1000)


def forged(noun: object, **fields: object) -> Any:
    """Return a copy of a frozen noun with fields replaced and nothing checked, as a careless program might make it."""
    copy = object.__new__(type(noun))
    for field in dataclasses.fields(noun):  # type: ignore[arg-type]
        object.__setattr__(copy, field.name, fields.pop(field.name, getattr(noun, field.name)))
    assert not fields, f"{type(noun).__name__} has no field {', '.join(fields)}"
    return copy


def changed(plan: Plan, vehicle: str = "", order: str = "", route: Mapping[str, object] | None = None,
            **visit_fields: object) -> Plan:
    """Return the plan with fields of one visit, and of its route, replaced; clock times may be text.

    The route is found by `vehicle`, or by the `order` that it visits. Nothing is checked.
    """
    routes = []
    for old in plan.routes:
        new = old
        if old.vehicle == vehicle or (order and order in old.orders):
            visits = tuple(forged(v, **_seconds(visit_fields)) if v.order == order else v for v in old.visits)
            new = forged(old, **{"visits": visits, **_seconds(route or {})})
        routes.append(new)
    assert any(new is not old for new, old in zip(routes, plan.routes, strict=True)), "there is no such route"
    return forged(plan, routes=tuple(routes))


def _seconds(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: parse_clock(value) if name.endswith("_s") and isinstance(value, str) and ":" in value else value
            for name, value in fields.items()}


@pytest.fixture(scope="session")
def change() -> Callable[..., Plan]:
    """Give `changed`: ``change(plan, order="B", begin_s="09:10")``, ``change(plan, "van#1", route={"cost": 1.0})``."""
    return changed


@pytest.fixture(scope="session")
def forge() -> Callable[..., Any]:
    """Give `forged`: ``forge(plan, routes=())``, ``forge(visit, arrival_s=-1)``."""
    return forged


@pytest.fixture(scope="session")
def two_stop_problem() -> Problem:
    """One depot D (06:00-20:00), orders A and B, two vans. Travel is not the same in both directions.

    ======  ======  ======  ======      ======  =====  =====  =====
    from    to D    to A    to B        from    to D   to A   to B
    ======  ======  ======  ======      ======  =====  =====  =====
    D       0       10 min  15 min      D       0      5 km   8 km
    A       10 min  0       5 min       A       5 km   0      2.5 km
    B       20 min  5 min   0           B       9.5 km 2.5 km 0
    ======  ======  ======  ======      ======  =====  =====  =====

    A: 60 kg, 1 m3, 30 min of service, window 08:00-09:00. B: 40 kg, 0.5 m3, 10 min of service, window 08:30-09:00.
    A van carries 100 kg and 2 m3, works 07:00-18:00 for at most 8 h, and costs 50 + 1.20 a km + 24 an hour (EUR).
    """
    return Problem(
        orders=(
            Order("A", lon=24.94, lat=60.17, weight_kg=60, volume_m3=1.0, service_s=1800,
                  window=TimeWindow.between("08:00", "09:00")),
            Order("B", lon=24.96, lat=60.18, weight_kg=40, volume_m3=0.5, service_s=600,
                  window=TimeWindow.between("08:30", "09:00")),
        ),
        depots=(Depot("D", lon=24.90, lat=60.16, open="06:00", close="20:00"),),
        fleet=(VehicleType("van", count=2, payload_kg=100, volume_m3=2, shift=TimeWindow.between("07:00", "18:00"),
                           max_duration_s=8 * 3600, tariff=Tariff(fixed=50, per_km=1.2, per_hour=24, currency="EUR")),),
        matrices=(TravelMatrix("van", ("depot D", "order A", "order B"),
                               np.array([[0, 600, 900], [600, 0, 300], [1200, 300, 0]]),
                               np.array([[0, 5000, 8000], [5000, 0, 2500], [9500, 2500, 0]])),),
    )


@pytest.fixture(scope="session")
def two_stop_plan(two_stop_problem: Problem) -> Plan:
    """One van: D, A, B, D.

    ======  =======  =======  =======  =========================================
    place   arrives  begins   leaves   because
    ======  =======  =======  =======  =========================================
    D                         07:50    10 min before A opens
    A       08:00    08:00    08:30    30 min of service
    B       08:35    08:35    08:45    5 min drive, 10 min of service
    D       09:05                      20 min drive
    ======  =======  =======  =======  =========================================

    Driven: 5 + 2.5 + 9.5 = 17 km. Away: 07:50 to 09:05 = 1.25 h. Cost: 50 + 17 x 1.20 + 1.25 x 24 = 100.40 EUR.

    Correct, but not the cheapest: D 08:15, B 08:30-08:40, A 08:45-09:15, D 09:25 is 15.5 km and 70 min, 96.60 EUR.
    """
    route = Route("van#1", "van", "D",
                  (visit("A", "08:00", "08:00", "08:30"), visit("B", "08:35", "08:35", "08:45")),
                  begin_s=parse_clock("07:50"), end_s=parse_clock("09:05"), distance_m=17_000, cost=100.4)
    return Plan(two_stop_problem, (route,), engine="by hand", limit=Limit(iterations=1))


@pytest.fixture(scope="session")
def mixed_problem() -> Problem:
    """Two depots, two types with road profiles of their own, skills, a named dimension, and two orders that stay.

    All places stand on one straight road, at kilometre: depot N 0, depot S 30, P 4, Q 10, R 20, T 26, U 12, W 60.
    A van takes 60 s a km, a truck 90 s a km.

    Vans (2, depot N open 06:00-18:00): 500 kg, 07:00-15:00, at most 4 h; 20 + 0.50 a km + 12 an hour (CNY).
    Reefer (1, depot S, always open): 5,000 kg, 4 pallets, skill "cold"; 100 + 1 a km + 30 an hour (CNY).

    P 200 kg, 07:10-08:00, 5 min. Q 300 kg, 10 min. R 1,500 kg, 2 pallets, cold, 07:00-09:00, 30 min.
    T 800 kg, 2 pallets, cold, 06:00 sharp, 20 min. U 9,000 kg. W 10 kg, may stay for a penalty of 15.
    """
    labels = ("depot N", "depot S", "order P", "order Q", "order R", "order T", "order U", "order W")
    km = (0, 30, 4, 10, 20, 26, 12, 60)
    cold = frozenset({"cold"})

    def order(name: str, **fields: object) -> Order:
        return Order(name, lon=114.30 + km[labels.index(f"order {name}")] / 100, lat=30.60, **fields)  # type: ignore[arg-type]

    return Problem(
        orders=(
            order("P", weight_kg=200, service_s=300, window=TimeWindow.between("07:10", "08:00")),
            order("Q", weight_kg=300, service_s=600),
            order("R", weight_kg=1500, demand={"pallets": 2}, skills=cold, service_s=1800,
                  window=TimeWindow.between("07:00", "09:00")),
            order("T", weight_kg=800, demand={"pallets": 2}, skills=cold, service_s=1200,
                  window=TimeWindow.between("06:00", "06:00")),
            order("U", weight_kg=9000),
            order("W", weight_kg=10, penalty=15.0),
        ),
        depots=(Depot("N", lon=114.30, lat=30.60, open="06:00", close="18:00"), Depot("S", lon=114.60, lat=30.60)),
        fleet=(
            VehicleType("van", count=2, payload_kg=500, profile="van", depot="N",
                        shift=TimeWindow.between("07:00", "15:00"), max_duration_s=4 * 3600,
                        tariff=Tariff(fixed=20, per_km=0.5, per_hour=12, currency="CNY")),
            VehicleType("reefer", count=1, payload_kg=5000, capacity={"pallets": 4}, profile="truck", depot="S",
                        skills=cold, tariff=Tariff(fixed=100, per_km=1, per_hour=30, currency="CNY")),
        ),
        matrices=(line_matrix("van", labels, km, 60), line_matrix("truck", labels, km, 90)),
    )


@pytest.fixture(scope="session")
def mixed_plan(mixed_problem: Problem) -> Plan:
    """A van serves P and Q with exactly 500 kg; the reefer serves T and R with exactly 4 pallets; U and W stay.

    Van: N 07:06, 4 km, P 07:10-07:15, 6 km, Q 07:21-07:31, 10 km, N 07:41: 20 km, 35 min, 20 + 10 + 7 = 37 CNY.
    Reefer: S 05:54, 4 km, T 06:00-06:20, 6 km, R 06:29, waits for 07:00, until 07:30, 10 km, S 07:45:
    20 km, 1 h 51 min, 100 + 20 + 55.50 = 175.50 CNY. T must begin at 06:00 sharp, so the wait cannot be avoided.
    U is heavier than any vehicle carries. W would cost a van 120 km = 60 CNY, its penalty is 15: 227.50 CNY in all.
    """
    van = Route("van#1", "van", "N", (visit("P", "07:10", "07:10", "07:15"), visit("Q", "07:21", "07:21", "07:31")),
                begin_s=parse_clock("07:06"), end_s=parse_clock("07:41"), distance_m=20_000, cost=37.0)
    reefer = Route("reefer#1", "reefer", "S",
                   (visit("T", "06:00", "06:00", "06:20"), visit("R", "06:29", "07:00", "07:30")),
                   begin_s=parse_clock("05:54"), end_s=parse_clock("07:45"), distance_m=20_000, cost=175.5)
    unserved = (UnservedOrder("U", "too_big", "9,000 kg; the reefer carries 5,000 kg"),
                UnservedOrder("W", "not_worth_it", "costs 60 CNY or more, its penalty is 15 CNY"))
    return Plan(mixed_problem, (van, reefer), unserved, engine="by hand", limit=Limit(iterations=1))


@pytest.fixture(scope="session")
def shipping_problem() -> Problem:
    """Pickups, a shipment, a van that ends elsewhere, a bike that does not return, and an order that stays.

    All places stand on one straight road, at kilometre: depot N 0, depot S 20, P 5, T 8, R 10, Q 15, V 3, X 12.
    Both types take 60 s a km, and 100 kg. Van: from N to S, from 07:00 on, 10 + 1 a km (EUR), 4 stops, 20 km at most.
    Bike: from N, 1 a km, does not return.

    The shipment G of 60 kg goes from P (08:05 sharp, 5 min of service, 10 min with a van) to Q. T gets 40 kg from the
    depot; R and X give 40 kg that go to its end; V gives 40 kg too, to a bike only, and takes 2 min.
    """
    labels = ("depot N", "depot S", "order P", "order T", "order R", "order Q", "order V", "order X")
    km = (0, 20, 5, 8, 10, 15, 3, 12)

    def order(name: str, **fields: object) -> Order:
        return Order(name, lon=8 + km[labels.index(f"order {name}")] / 100, lat=50.0, **fields)  # type: ignore[arg-type]

    return Problem(
        orders=(
            order("P", kind="pickup", weight_kg=60, service_s=300, service_by_type={"van": 600},
                  window=TimeWindow.between("08:05", "08:05")),
            order("T", weight_kg=40),
            order("R", kind="pickup", weight_kg=40),
            order("Q", weight_kg=60),
            order("V", kind="pickup", weight_kg=40, service_s=120, vehicle_types={"bike"}),
            order("X", kind="pickup", weight_kg=40),
        ),
        depots=(Depot("N", lon=8.0, lat=50.0), Depot("S", lon=8.2, lat=50.0)),
        fleet=(
            VehicleType("van", payload_kg=100, depot="N", end_depot="S", max_stops=4, max_distance_m=20_000,
                        shift=TimeWindow.between("07:00", "12:00"), tariff=Tariff(fixed=10, per_km=1, currency="EUR")),
            VehicleType("bike", payload_kg=100, depot="N", returns=False, tariff=Tariff(per_km=1, currency="EUR")),
        ),
        matrices=(line_matrix("van", labels, km, 60),),
        shipments=(Shipment("G", pickup="P", delivery="Q"),),
    )


@pytest.fixture(scope="session")
def shipping_plan(shipping_problem: Problem) -> Plan:
    """A van serves P, T, R, Q on its way from N to S, a bike serves V; nobody has a stop left for X.

    Van: N 08:00, P 08:05-08:15, T 08:18, R 08:20, Q 08:25, S 08:30: 20 km, 10 + 20 = 30 EUR. It leaves with the 40 kg
    for T, has 100 kg after P, 60 after T, 100 after R, 40 after Q: just what it may carry.
    Bike: N 00:00, V 00:03-00:05: 3 km, 3 EUR, and there its route ends.
    """
    van = Route("van#1", "van", "N",
                (visit("P", "08:05", "08:05", "08:15"), visit("T", "08:18", "08:18", "08:18"),
                 visit("R", "08:20", "08:20", "08:20"), visit("Q", "08:25", "08:25", "08:25")),
                begin_s=parse_clock("08:00"), end_s=parse_clock("08:30"), distance_m=20_000, cost=30.0, end_depot="S")
    bike = Route("bike#1", "bike", "N", (visit("V", "00:03", "00:03", "00:05"),), begin_s=0, end_s=300,
                 distance_m=3000, cost=3.0)
    left = UnservedOrder("X", "not_found", "all vehicles are in use")
    return Plan(shipping_problem, (van, bike), (left,), engine="by hand", limit=Limit(iterations=1))


@pytest.fixture(scope="session")
def night_problem() -> Problem:
    """A shift over midnight, 22:00 to 06:00+1, for depot and van; one straight road, 60 s a km; 1 a km, no currency.

    A at km 30, 23:30 to 00:30+1, 1 h of service. B at km 90, 02:00+1 to 03:00+1, 30 min of service.
    """
    night = TimeWindow.between("22:00", "06:00+1")
    labels = ("depot D", "order A", "order B")
    return Problem(
        orders=(Order("A", lon=8.3, lat=50.0, service_s=3600, window=TimeWindow.between("23:30", "00:30+1")),
                Order("B", lon=8.9, lat=50.0, service_s=1800, window=TimeWindow.between("02:00+1", "03:00+1"))),
        depots=(Depot("D", lon=8.0, lat=50.0, open="22:00", close="06:00+1"),),
        fleet=(VehicleType("van", shift=night),),
        matrices=(line_matrix("van", labels, (0, 30, 90), 60),),
    )


@pytest.fixture(scope="session")
def night_plan(night_problem: Problem) -> Plan:
    """D 23:30, A 00:00+1 to 01:00+1, B 02:00+1 to 02:30+1, D 04:00+1: 30 + 60 + 90 = 180 km, 4 h 30 min, cost 180."""
    route = Route("van#1", "van", "D",
                  (visit("A", "00:00+1", "00:00+1", "01:00+1"), visit("B", "02:00+1", "02:00+1", "02:30+1")),
                  begin_s=parse_clock("23:30"), end_s=parse_clock("04:00+1"), distance_m=180_000, cost=180.0)
    return Plan(night_problem, (route,), engine="by hand", limit=Limit(iterations=1))


@pytest.fixture(scope="session")
def three_day_problem() -> Problem:
    """A tour of three days: A at km 1000, 08:00+1 to 18:00+1; B at km 1500, 08:00+2 to 18:00+2; 1 h of service each.

    One straight road, 60 s a km. The truck may be away for 60 h; it costs 10 an hour and nothing else.
    """
    labels = ("depot D", "order A", "order B")
    return Problem(
        orders=(Order("A", lon=10.0, lat=45.0, service_s=3600, window=TimeWindow.between("08:00+1", "18:00+1")),
                Order("B", lon=15.0, lat=45.0, service_s=3600, window=TimeWindow.between("08:00+2", "18:00+2"))),
        depots=(Depot("D", lon=1.0, lat=45.0),),
        fleet=(VehicleType("truck", profile="truck", max_duration_s=60 * 3600, tariff=Tariff(per_hour=10)),),
        matrices=(line_matrix("truck", labels, (0, 1000, 1500), 60),),
    )


@pytest.fixture(scope="session")
def three_day_plan(three_day_problem: Problem) -> Plan:
    """Worked out backwards: B opens at 08:00+2 and the way home is 25 h.

    D 01:20+1, 16 h 40 min, A 18:00+1 to 19:00+1 (as late as its window allows), 8 h 20 min, B 03:20+2, waits for
    08:00+2, until 09:00+2, 25 h, D 10:00+3: 3,000 km, 56 h 40 min, 566.67.
    """
    route = Route("truck#1", "truck", "D",
                  (visit("A", "18:00+1", "18:00+1", "19:00+1"), visit("B", "03:20+2", "08:00+2", "09:00+2")),
                  begin_s=parse_clock("01:20+1"), end_s=parse_clock("10:00+3"), distance_m=3_000_000, cost=1700 / 3)
    return Plan(three_day_problem, (route,), engine="by hand", limit=Limit(iterations=1))
