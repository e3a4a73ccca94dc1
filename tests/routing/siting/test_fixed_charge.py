"""Fixed charges against brute force over sites, with service by an independent min-cost flow or by enumeration."""

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from gisdata.errors import TableError
from routing import Limit, siting

SEEDS = [*range(8), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(8, 200))]


def small(seed):
    """Travel by site and place, whole numbers throughout; two sites may be open today; a budget now and then."""
    rng = np.random.default_rng(seed)
    sites, places = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    travel = rng.integers(1, 20, (sites, places)).astype(float)
    travel[rng.random(travel.shape) < 0.15] = np.nan
    demand = pd.DataFrame({"demand": rng.integers(1, 9, places)})
    table = pd.DataFrame({
        "kind": rng.choice(["candidate", "closable", "existing"], sites, p=[0.6, 0.3, 0.1]),
        "fixed_cost": rng.integers(0, 80, sites), "opening_cost": rng.integers(0, 30, sites),
        "closing_cost": rng.integers(0, 30, sites)})
    if seed % 4:
        table["capacity"] = rng.integers(4, 25, sites)
    return travel, demand, table, float(rng.integers(5, 60)) if seed % 3 == 0 else None


def cost_of_sites(table, opened):
    """Fixed costs of the open, opening of new ones, closing of others that are open today; and what of it is once."""
    is_open = np.isin(range(len(table)), opened)
    once = (table["opening_cost"] * ((table["kind"] == "candidate") & is_open)
            + table["closing_cost"] * ((table["kind"] == "closable") & ~is_open)).sum()
    return float(table["fixed_cost"][is_open].sum() + once), float(once)


def split_cost(travel, amount, room, opened):
    """Cost of the cheapest flow from open sites, infinite if it does not fit."""
    graph = nx.DiGraph()
    graph.add_node("from", demand=-int(amount.sum()))
    for site in opened:
        graph.add_edge("from", f"s{site}", capacity=int(min(room[site], amount.sum())), weight=0)
        for place in np.flatnonzero(~np.isnan(travel[site])):
            graph.add_edge(f"s{site}", f"p{place}", weight=int(travel[site, place]))
    for place, units in enumerate(amount):
        graph.add_node(f"p{place}", demand=int(units))
    try:
        return float(nx.min_cost_flow_cost(graph))
    except nx.NetworkXUnfeasible:
        return np.inf


def whole_cost(travel, amount, room, opened):
    """Cost of the cheapest way to give each place one open site, infinite if none fits."""
    best = np.inf
    for chosen in itertools.product(opened, repeat=len(amount)):
        cost = sum(travel[site, place] * amount[place] for place, site in enumerate(chosen))
        load = np.bincount(chosen, amount, minlength=len(room))
        if not np.isnan(cost) and (load <= room).all():
            best = min(best, float(cost))
    return best


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_fixed_charge_is_the_best_of_all_choices(seed, single):
    """Every set of sites that holds the existing ones and keeps to the budget, priced by the two judges above."""
    travel, demand, table, budget = small(seed)
    amount = demand["demand"].to_numpy()
    room = table["capacity"].to_numpy() if "capacity" in table else np.full(len(table), 10**6)
    kept = set(np.flatnonzero(table["kind"] == "existing"))
    best = np.inf
    for size in range(len(table) + 1):
        for opened in itertools.combinations(range(len(table)), size):
            cost, once = cost_of_sites(table, opened)
            if kept <= set(opened) and (budget is None or once <= budget):
                best = min(best, cost + (whole_cost if single else split_cost)(travel, amount, room, opened))

    if np.isinf(best):
        with pytest.raises(siting.InfeasibleSitingError):
            siting.fixed_charge(travel, demand, table, single_source=single, budget=budget)
        return
    found = siting.fixed_charge(travel, demand, table, single_source=single, budget=budget)
    assert (found.objective, found.bound) == pytest.approx((best, best))
    served = found.share * amount[:, None]
    assert served.sum(axis=1) == pytest.approx(amount)
    assert (served.sum(axis=0) <= room * np.isin(table.index.astype(str), found.opened) + 1e-6).all()
    assert not single or set(np.unique(found.share)) <= {0.0, 1.0}
    assert cost_of_sites(table, [int(site) for site in found.opened])[0] + np.nansum(
        np.where(served.T > 0, travel, 0) * served.T) == pytest.approx(best)


def large():
    """A case beyond the whole program: 40 sites, 500 places in the plane, five times the capacity that is needed."""
    rng = np.random.default_rng(5)
    travel = np.hypot(*(rng.random((40, 1, 2)) - rng.random((1, 500, 2))).transpose(2, 0, 1))
    amount = rng.integers(1, 100, 500)
    capacity = rng.integers(10, 160, 40)
    capacity = capacity * 5 * amount.sum() // capacity.sum()
    return travel, pd.DataFrame({"demand": amount}), pd.DataFrame({
        "capacity": capacity, "fixed_cost": rng.uniform(4, 5, 40) * np.sqrt(capacity)})


@pytest.mark.parametrize("single", [False, True])
def test_a_larger_case_keeps_capacities_and_tells_a_small_gap(single):
    """Loads within capacity, everyone served, the cost that of its parts, at most 2 % above the bound."""
    travel, demand, table = large()
    found = siting.fixed_charge(travel, demand, table, single_source=single, limit=Limit(iterations=150))

    load = (found.share * demand["demand"].to_numpy()[:, None]).sum(axis=0)
    opened = [int(site) for site in found.opened]
    assert (load <= table["capacity"] * (1 + 1e-6)).all()
    assert found.share.sum(axis=1) == pytest.approx(np.ones(500))
    assert found.objective == pytest.approx(table["fixed_cost"][opened].sum() + float(
        (found.share * demand["demand"].to_numpy()[:, None] * travel.T).sum()))
    assert found.bound <= found.objective
    assert found.gap_percent < 2
    assert not single or set(np.unique(found.share)) <= {0.0, 1.0}


def test_capacity_that_is_short_is_told_by_how_much():
    """30 units, capacities of 12 and 10: 8 short; with one site allowed, 18."""
    demand, table = pd.DataFrame({"demand": [10, 20]}), pd.DataFrame({"capacity": [12, 10]})

    with pytest.raises(siting.InfeasibleSitingError, match="8 short") as told:
        siting.fixed_charge(np.ones((2, 2)), demand, table)
    assert told.value.missing == 8
    with pytest.raises(siting.InfeasibleSitingError, match="18 short"):
        siting.fixed_charge(np.ones((2, 2)), demand, table, most=1)


def test_capacity_that_is_short_within_reach_names_places_and_sites():
    """Two places of 6 are near one site of 10 only; the other site has room enough, but is too far from them."""
    demand = pd.DataFrame({"id": ["a", "b", "c"], "demand": [6, 6, 1]})
    table = pd.DataFrame({"id": ["near", "far"], "capacity": [10, 100]})

    with pytest.raises(siting.InfeasibleSitingError, match=r"only near may serve them.*2 short") as told:
        siting.fixed_charge([[1, 1, 9], [9, 9, 1]], demand, table, max_travel=5)

    assert told.value.unreached == ("a", "b")
    assert told.value.missing == 2


def test_a_closable_site_closes_when_that_is_cheaper():
    """Open costs 50 a period, closing 10 once; the existing site serves all at no cost."""
    demand = pd.DataFrame({"demand": [1]})
    table = pd.DataFrame({"id": ["old", "base"], "kind": ["closable", "existing"], "fixed_cost": [50, 0],
                          "closing_cost": [10, 0]})

    assert siting.fixed_charge([[0.0], [0.0]], demand, table).closed == ("old",)
    assert siting.fixed_charge([[0.0], [0.0]], demand, table).objective == 10
    assert siting.fixed_charge([[0.0], [0.0]], demand, table, budget=5).opened == ("old", "base")


def test_wrong_numbers_are_told_together():
    """A negative budget and price, and more sites asked for than there are."""
    with pytest.raises(TableError) as told:
        siting.fixed_charge([[1.0]], pd.DataFrame(index=[0]), pd.DataFrame(index=[0]), cost_per_travel=-1, budget=-1,
                            fewest=2)

    assert [fault.column for fault in told.value.faults] == ["cost_per_travel", "budget", "fewest, most"]
