"""A day of 1,000 orders planned anew at ten: how long the answer takes, what it costs, how many stops change vehicle.

Usage: python benchmarks/replan.py [--quick] [--json FILE]

The day is made up: places in a square of 40 km, half of the orders with windows of four hours. At ten a vehicle breaks
down, another is 25 minutes late, ten orders are cancelled and twenty pickups called in. `answer_s` is wall time from
the call to the judged plan, `processor_s` the processor time in it; kernels are loaded before. `gap_pct` is by how much
cost and penalties lie above those of the same call with eight times the search and no budget. No peer is asked: none of
those that the other benchmarks compare with plans the rest of a day under a budget of changes.
"""

import dataclasses
import time

import numpy as np
from report import Figures, arguments, heading

import routing
from routing.replan import Event

SEED, NOW, SEARCH_S, LONGER = 1, 10 * 3600, 2.5, 8
BUDGETS = (None, 30, 10, 0)


def main():
    asked = arguments(__doc__, quick="300 orders").parse_args()
    heading("numpy", "numba", seed=SEED)
    figures = Figures()
    measure(figures, 300 if asked.quick else 1000)
    figures.write(asked.json)


def measure(figures, size):
    """Plan a day, let things happen, and plan the rest under each budget."""
    plan = routing.solve(day(size), routing.Limit(iterations=size // 20), seed=SEED)
    events = happened(plan, np.random.default_rng(SEED))
    case = f"{size:,} orders, {len(plan.routes)} routes"
    routing.replan(plan, NOW, events, limit=routing.Limit(iterations=1))  # kernels are loaded
    best = routing.replan(plan, NOW, events, limit=routing.Limit(seconds=LONGER * SEARCH_S), seed=SEED)
    whole = best.cost + best.penalty
    for budget in BUDGETS:
        begun, processor = time.perf_counter(), time.process_time()
        new = routing.replan(plan, NOW, events, changes_at_most=budget, seed=SEED,
                             limit=routing.Limit(seconds=SEARCH_S))
        took, used = time.perf_counter() - begun, time.process_time() - processor
        name = f"{case}, any" if budget is None else f"{case}, <= {budget}"
        figures.add(name, "routebook", "answer_s", took, "s")
        figures.add(name, "routebook", "processor_s", used, "s")
        figures.add(name, "routebook", "changes", changes(plan, new, events), "stops")
        figures.add(name, "routebook", "unserved", len(new.unserved), "orders")
        figures.add(name, "routebook", "gap_pct", 100 * ((new.cost + new.penalty) / whole - 1), "%")


def day(size):
    """Return a problem of a straight-line town."""
    chance = np.random.default_rng(SEED)
    km = np.vstack([[20, 20], chance.uniform(0, 40, (size, 2))])
    metres = np.rint(1300 * np.hypot(*(km[:, None] - km).transpose(2, 0, 1))).astype(np.int64)
    orders = []
    for number, (east, north) in enumerate(km[1:]):
        begin = int(chance.choice([8, 10, 13])) * 3600
        window = routing.TimeWindow(begin, begin + 4 * 3600) if number % 2 else routing.TimeWindow()
        orders.append(routing.Order(str(number), lon=east / 100, lat=north / 100, window=window, service_s=300,
                                    weight_kg=int(chance.integers(10, 100))))
    van = routing.VehicleType("van", count=size // 10, payload_kg=1200,
                              tariff=routing.Tariff(fixed=50, per_km=1, per_hour=20, currency="EUR"))
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    depot = routing.Depot("D", lon=0.2, lat=0.2, open="07:00", close="19:00")
    return routing.Problem(tuple(orders), (depot,), (van,),
                           (routing.TravelMatrix("van", labels, metres // 10, metres),))


def happened(plan, chance):
    """Return what happens until ten."""
    later = [visit.order for route in plan.routes for visit in route.visits if visit.arrival_s > NOW + 7200]
    events = [Event("cancelled", str(order)) for order in chance.choice(later, 10, replace=False)]
    events += [Event("broken", plan.routes[3].vehicle), Event("late", plan.routes[5].vehicle, delay_s=1500)]
    calls = chance.choice(len(plan.problem.orders), 20, replace=False)
    return events + [Event("new", order=dataclasses.replace(plan.problem.orders[i], id=f"call {i}", kind="pickup",
                                                            weight_kg=5, window=routing.TimeWindow())) for i in calls]


def changes(plan, new, events):
    """Return how many stops changed vehicle, but for those of broken vehicles."""
    broken = {event.id for event in events if event.kind == "broken"}
    return sum(change.change == "moved" and change.vehicle not in broken
               for change in plan.diff(new, by_name=True).changes)


if __name__ == "__main__":
    main()
