"""Two echelons and several periods against brute force over all sites, with service by an independent min-cost flow."""

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from gisdata.errors import TableError
from routing import siting

SEEDS = [*range(4), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 200))]


def subsets(count):
    return itertools.chain.from_iterable(itertools.combinations(range(count), size) for size in range(count + 1))


def flow_cost(graph):
    try:
        return float(nx.min_cost_flow_cost(graph))
    except nx.NetworkXUnfeasible:
        return np.inf


def served(amount, travel, room, opened, *, inbound=None, plant_room=None, plants=()):
    """Cost of the cheapest flow to all places from open sites, these fed by open plants if there are any."""
    graph = nx.DiGraph()
    graph.add_node("from", demand=-int(amount.sum()))
    for plant in plants:
        graph.add_edge("from", ("plant", plant), capacity=int(plant_room[plant]), weight=0)
    for site in opened:
        if inbound is None:
            graph.add_edge("from", ("in", site), weight=0)
        for plant in plants:
            graph.add_edge(("plant", plant), ("in", site), weight=int(inbound[plant, site]))
        graph.add_edge(("in", site), ("out", site), capacity=int(room[site]), weight=0)
        for place in range(len(amount)):
            graph.add_edge(("out", site), ("place", place), weight=int(travel[site, place]))
    for place, units in enumerate(amount):
        graph.add_node(("place", place), demand=int(units))
    return flow_cost(graph)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_echelons_are_the_best_of_all_choices(seed):
    """Every set of plants with every set of sites."""
    rng = np.random.default_rng(seed)
    plants, sites, places = 2, int(rng.integers(2, 4)), int(rng.integers(2, 5))
    inbound, travel = rng.integers(1, 20, (plants, sites)), rng.integers(1, 20, (sites, places))
    amount = rng.integers(1, 9, places)
    level = [pd.DataFrame({"fixed_cost": rng.integers(0, 60, count), "capacity": rng.integers(5, 25, count)})
             for count in (plants, sites)]
    best = min(level[0]["fixed_cost"][list(p)].sum() + level[1]["fixed_cost"][list(s)].sum() + served(
        amount, travel, level[1]["capacity"], s, inbound=inbound, plant_room=level[0]["capacity"], plants=p)
        for p in subsets(plants) for s in subsets(sites))

    demand = pd.DataFrame({"demand": amount})
    if np.isinf(best):
        with pytest.raises(siting.InfeasibleSitingError):
            siting.two_echelon(inbound, level[0], travel, demand, level[1])
        return
    found = siting.two_echelon(inbound, level[0], travel, demand, level[1])
    into = found.inbound.groupby("site")["amount"].sum()
    assert (found.outbound.objective, found.outbound.bound) == pytest.approx((best, best))
    assert found.inbound["amount"].sum() == pytest.approx(amount.sum())
    assert set(found.inbound["plant"]) <= set(found.plants)
    frames = found.outbound.to_frames()
    assert into.to_dict() == pytest.approx(frames.flows.groupby("site")["amount"].sum().to_dict())


@pytest.mark.parametrize("seed", SEEDS)
def test_several_periods_are_the_best_of_all_schedules(seed):
    """Every sequence of sets of sites that keeps the existing ones and the budget of each period."""
    rng = np.random.default_rng(1000 + seed)
    sites, places, names = 3, 3, ["2026", "2027"]
    travel = rng.integers(1, 20, (sites, places))
    demand = pd.DataFrame(rng.integers(0, 9, (places, 2)), columns=names)
    table = pd.DataFrame({
        "kind": rng.choice(["candidate", "closable", "existing"], sites, p=[0.5, 0.4, 0.1]),
        "fixed_cost": rng.integers(0, 40, sites), "opening_cost": rng.integers(0, 30, sites),
        "closing_cost": rng.integers(0, 30, sites), "capacity": rng.integers(4, 25, sites)})
    budget = 35.0 if seed % 2 else None
    today = frozenset(np.flatnonzero(table["kind"] != "candidate"))
    kept = frozenset(np.flatnonzero(table["kind"] == "existing"))
    best = np.inf
    for schedule in itertools.product([frozenset(chosen) for chosen in subsets(sites)], repeat=2):
        total, before = 0.0, today
        for name, now in zip(names, schedule, strict=True):
            once = table["opening_cost"][list(now - before)].sum() + table["closing_cost"][list(before - now)].sum()
            fits = kept <= now and (budget is None or once <= budget)
            total += once + table["fixed_cost"][list(now)].sum() + (served(
                demand[name].to_numpy(), travel, table["capacity"], now) if fits else np.inf)
            before = now
        best = min(best, total)

    if np.isinf(best):
        with pytest.raises(siting.InfeasibleSitingError):
            siting.multi_period(travel, demand, table, names, budget=budget)
        return
    found = siting.multi_period(travel, demand, table, names, budget=budget)
    assert (found.objective, found.bound) == pytest.approx((best, best))
    assert sum(one.objective for one in found.periods.values()) == pytest.approx(best)
    for name, one in found.periods.items():
        is_open = found.schedule[name].isin(["open", "opens"])
        assert tuple(found.schedule.index[is_open]) == one.opened


def test_a_site_opens_when_demand_comes_and_closes_when_it_has_gone():
    """Opening costs 5, a period 3, serving from the far site 50 a unit: open in the middle period alone."""
    demand = pd.DataFrame({"id": ["west", "east"], "a": [1, 0], "b": [1, 1], "c": [1, 0]})
    table = pd.DataFrame({"id": ["W", "E"], "kind": ["existing", "candidate"], "fixed_cost": [0, 3],
                          "opening_cost": [0, 5], "closing_cost": [0, 1]})

    found = siting.multi_period([[0, 50], [50, 0]], demand, table, ["a", "b", "c"])

    assert found.schedule.loc["E"].tolist() == ["", "opens", "closes"]
    assert found.objective == 3 + 5 + 1


def test_a_period_without_demand_needs_no_site():
    """One candidate, 40 to open and 3 a period; nothing is asked for in the first period."""
    table = pd.DataFrame({"fixed_cost": [3], "opening_cost": [40]})

    found = siting.multi_period([[1]], pd.DataFrame({"a": [0], "b": [2]}), table, ["a", "b"])

    assert found.schedule.iloc[0].tolist() == ["", "opens"]
    assert found.objective == 40 + 3 + 2


def test_short_capacity_names_the_period_and_the_amount():
    """7 units in the second year, room for 5; and one plant of 4 for 7 units."""
    demand, table = pd.DataFrame({"2026": [5], "2027": [7], "demand": [7]}), pd.DataFrame({"capacity": [5]})

    with pytest.raises(siting.InfeasibleSitingError, match=r"period 2027 .* 2 short"):
        siting.multi_period([[1]], demand, table, ["2026", "2027"])
    with pytest.raises(siting.InfeasibleSitingError, match="all plants 4: 3 short"):
        siting.two_echelon([[1]], pd.DataFrame({"capacity": [4]}), [[1]], demand, pd.DataFrame({"capacity": [9]}))


def test_faults_of_periods_are_told_together():
    """A column that is not there, a negative budget and a negative price."""
    with pytest.raises(TableError) as told:
        siting.multi_period([[1]], pd.DataFrame({"a": [1]}), pd.DataFrame(index=["s"]), ["a", "b"], budget=-1,
                            cost_per_travel=-2)

    assert [fault.column for fault in told.value.faults] == ["cost_per_travel", "b", "budget"]
