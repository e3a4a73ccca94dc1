"""Every model without capacities against brute force, the friendly door, bad input, and what cannot be served."""

import itertools
import re
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest

import gisdata
from gisdata.errors import TableError
from routing import Limit, siting
from routing.siting.branching import _Search

SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 200))]


def small(seed):
    """A case small enough for brute force: travel by site and place, demand, sites (some existing), p, reach."""
    rng = np.random.default_rng(seed)
    sites, places = int(rng.integers(2, 9)), int(rng.integers(2, 13))
    travel = rng.integers(0, 40, (sites, places)).astype(float) if seed % 2 else rng.random((sites, places)) * 40
    travel[rng.random(travel.shape) < 0.25] = np.nan
    travel[0, np.isnan(travel).all(axis=0)] = 7.0
    kind = np.where(rng.random(sites) < 0.2, "existing", "candidate")
    p = int(rng.integers(max(1, (kind == "existing").sum()), sites + 1))
    demand = pd.DataFrame({"id": [f"place {i}" for i in range(places)], "demand": rng.integers(0, 9, places)})
    return travel, demand, pd.DataFrame({"id": [f"site {j}" for j in range(sites)], "kind": kind}), p, 20.0


def choices(sites, sizes):
    """All sets of sites of these sizes that hold the existing ones."""
    kept = set(np.flatnonzero(sites["kind"] == "existing"))
    for size in sizes:
        yield from (list(chosen) for chosen in itertools.combinations(range(len(sites)), size) if kept <= set(chosen))


def least(travel, chosen):
    """Travel of each place to its nearest site, infinite where there is none."""
    return np.where(np.isnan(travel[chosen]), np.inf, travel[chosen]).min(axis=0, initial=np.inf)


@pytest.mark.parametrize("seed", SEEDS)
def test_p_median_is_the_best_of_all_choices(seed):
    """Each choice of p sites priced; where none serves all, the error names places that p sites leave."""
    travel, demand, sites, p, _ = small(seed)
    amount = demand["demand"].to_numpy()
    ranges = [least(travel, chosen) for chosen in choices(sites, [p])]
    costs = [float(amount @ near) for near in ranges if np.isfinite(near).all()]

    if costs:
        found = siting.p_median(travel, demand, sites, p)
        own = np.nansum(np.where(found.share.T > 0, travel, 0.0) * amount)
        assert (found.objective, found.bound) == pytest.approx((min(costs), min(costs)))
        assert own == pytest.approx(min(costs))
        assert found.status == "optimal"
        assert len(found.opened) == p
        assert set(sites["id"][sites["kind"] == "existing"]) <= set(found.opened)
    else:
        with pytest.raises(siting.InfeasibleSitingError) as told:
            siting.p_median(travel, demand, sites, p)
        assert len(told.value.unreached) == min(int(np.isinf(near).sum()) for near in ranges)


@pytest.mark.parametrize("seed", SEEDS)
def test_p_centre_is_the_best_of_all_choices(seed):
    """The least greatest travel of any choice of at most p sites."""
    travel, demand, sites, p, _ = small(seed)
    best = min(float(least(travel, chosen).max()) for chosen in choices(sites, range(p + 1)))

    if np.isfinite(best):
        found = siting.p_centre(travel, demand, sites, p)
        assert (found.objective, found.bound) == (best, best)
        assert np.nanmax(np.where(found.share.T > 0, travel, np.nan)) == best
    else:
        with pytest.raises(siting.InfeasibleSitingError, match=f"{p} sites cannot serve"):
            siting.p_centre(travel, demand, sites, p)


@pytest.mark.parametrize("seed", SEEDS)
def test_covers_are_the_best_of_all_choices(seed):
    """The fewest sites that reach all within 20 (each place reachable), and the most demand that p reach."""
    travel, demand, sites, p, reach = small(seed)
    amount = demand["demand"].to_numpy()
    most = max(float(amount[least(travel, chosen) <= reach].sum()) for chosen in choices(sites, range(p + 1)))
    covered = siting.max_cover(travel, demand, sites, p, reach)
    assert (covered.objective, covered.bound) == pytest.approx((most, most))
    assert amount[~demand["id"].isin(covered.left)].sum() == pytest.approx(most)
    assert len(covered.opened) <= p

    far = least(travel, range(len(sites))) > reach
    travel[0, far] = 1.0
    fewest = min(len(chosen) for chosen in choices(sites, range(len(sites) + 1))
                 if (least(travel, chosen) <= reach).all())
    found = siting.set_cover(travel, demand, sites, reach)
    assert (found.objective, found.bound, len(found.opened)) == (fewest, fewest, fewest)
    assert found.left == ()


@pytest.mark.parametrize("p", [3, 8])
def test_a_full_size_p_median_is_proven_and_cannot_be_improved_by_an_exchange(p):
    """60 sites, 800 places in the plane: the bound is met, and no exchange of two sites is better."""
    rng = np.random.default_rng(p)
    travel = np.hypot(*(rng.random((60, 1, 2)) - rng.random((1, 800, 2))).transpose(2, 0, 1))
    demand = pd.DataFrame({"demand": rng.integers(1, 100, 800)})
    found = siting.p_median(travel, demand, pd.DataFrame(index=range(60)), p)

    opened = [int(site) for site in found.opened]
    swaps = [[site for site in opened if site != out] + [come] for out in opened for come in range(60)]
    assert found.gap_percent == 0
    assert min(float(demand["demand"] @ least(travel, chosen)) for chosen in swaps) >= found.objective * (1 - 1e-12)


def test_a_limit_gives_the_best_so_far_with_its_gap_and_the_same_each_time():
    """One step: feasible, the bound below the objective of the proven optimum; twice the same."""
    rng = np.random.default_rng(0)
    travel = np.hypot(*(rng.random((80, 1, 2)) - rng.random((1, 900, 2))).transpose(2, 0, 1))
    demand, sites = pd.DataFrame(index=range(900)), pd.DataFrame(index=range(80))
    short, again = (siting.p_median(travel, demand, sites, 9, limit=Limit(iterations=1)) for _ in range(2))
    best = siting.p_median(travel, demand, sites, 9)

    assert short.bound <= best.objective <= short.objective
    assert (short.opened, short.objective, short.bound) == (again.opened, again.objective, again.bound)
    assert best.status == "optimal"


def test_travel_is_matched_by_name():
    """A frame in another order than the tables says the same; ids may be numbers in one and text in the other."""
    demand = pd.DataFrame({"id": [10, 20, 30], "demand": [5, 1, 1]})
    sites = pd.DataFrame({"id": ["A", "B"]})
    travel = pd.DataFrame({"30": [1.0, 9.0], "10": [8.0, 2.0], "20": [3.0, 3.0]}, index=["A", "B"])

    found = siting.p_median(travel, demand, sites, 1)

    assert found.opened == ("B",)
    assert found.objective == 5 * 2 + 3 + 9
    assert found.assignment.to_dict() == {"10": "B", "20": "B", "30": "B"}


def test_all_faults_are_told_at_once():
    """Names twice, negative demand, an unknown kind, a negative capacity, p too large, and travel of another shape."""
    demand = pd.DataFrame({"id": ["a", "a", "b"], "demand": [1, -2, 3]})
    sites = pd.DataFrame({"id": ["s", "s"], "kind": ["candidate", "rented"], "capacity": [5, -1]})

    with pytest.raises(TableError) as told:
        siting.p_median(np.zeros((2, 2)), demand, sites, 3)

    reasons = " ".join(map(str, told.value.faults))
    assert told.value.count == 7
    for part in ("demand, row '1', column 'id': repeats", "(value '-2')", "'rented'", "column 'capacity'",
                 "more than the 2 candidates", "shape (2, 2)", "sites, row '1', column 'id'"):
        assert part in reasons


def test_travel_without_a_name_is_a_fault():
    """Sites and places that were never measured are named."""
    demand, sites = pd.DataFrame({"id": ["a", "b"]}), pd.DataFrame({"id": ["s"]})

    with pytest.raises(TableError, match=r"no column of that name.*'b'"):
        siting.set_cover(pd.DataFrame({"a": [1.0]}, index=["s"]), demand, sites, 5.0)


def test_places_out_of_reach_are_named_with_their_demand():
    """Of three places one is too far from both sites: 4 units."""
    demand = pd.DataFrame({"id": ["near", "far", "here"], "demand": [1, 4, 1]})

    with pytest.raises(siting.InfeasibleSitingError, match=r"1 of 3 places \(demand 4\): far") as told:
        siting.set_cover([[1, 9, 2], [3, 8, np.nan]], demand, pd.DataFrame(index=["A", "B"]), 5.0)

    assert told.value.unreached == ("far",)
    assert told.value.missing == 4


@pytest.fixture(scope="module")
def wuhan():
    """The sample with every tenth order as a candidate site."""
    town = gisdata.load_sample("wuhan")
    orders = town.orders[["id", "lon", "lat"]]
    return town, orders.assign(demand=town.orders["weight_kg"]), orders.iloc[::10]


def test_a_real_town_from_roads_to_frames(wuhan):
    """Travel along the roads, four sites; frames in WGS 84 whose sums are those of the table; both languages; a map."""
    town, demand, sites = wuhan
    travel = siting.travel_table(town.roads, sites, demand, "van", "distance_km")
    found = siting.p_median(travel, demand, sites, 4)
    frames = found.to_frames()

    assert travel.attrs["unit"] == "km"
    assert found.status == "optimal"
    assert all(isinstance(part, geopandas.GeoDataFrame) and part.crs == "EPSG:4326" for part in frames)
    assert frames.flows["amount"].sum() == pytest.approx(demand["demand"].sum())
    assert (frames.flows["amount"] * frames.flows["travel"]).sum() == pytest.approx(found.objective)
    assert frames.sites["open"].sum() == 4
    assert "proven optimal" in found.summary()
    assert "已证明最优" in found.summary("zh")
    page = found.draw(town.roads).get_root().render()
    assert all(site in page for site in found.opened)


def test_names_are_text_on_the_map_and_never_html():
    """A site whose name is a script."""
    site = pd.DataFrame({"id": ["<script>alert(1)</script>"], "lon": [114.3], "lat": [30.6]})
    place = pd.DataFrame({"id": ["x"], "lon": [114.4], "lat": [30.7]})

    assert "<script>alert" not in siting.p_median([[1.0]], place, site, 1).draw().get_root().render()


def test_ctrl_c_gives_the_best_so_far(monkeypatch):
    """An interrupt after the first node: sites, and a bound that is not above the objective."""
    rng = np.random.default_rng(0)
    travel = np.hypot(*(rng.random((80, 1, 2)) - rng.random((1, 900, 2))).transpose(2, 0, 1))
    explored = _Search._explored

    def interrupted(search, state, price):
        yield from explored(search, state, price)
        raise KeyboardInterrupt

    monkeypatch.setattr(_Search, "_explored", interrupted)
    found = siting.p_median(travel, pd.DataFrame(index=range(900)), pd.DataFrame(index=range(80)), 9)

    assert len(found.opened) == 9
    assert found.bound <= found.objective
    assert found.objective == pytest.approx(least(travel, [int(site) for site in found.opened]).sum())


def test_the_first_program_of_the_page_runs_as_printed():
    """docs/siting.md, word for word: four sites in Wuhan, proven."""
    page = (Path(__file__).parents[3] / "docs" / "siting.md").read_text(encoding="utf-8")
    names = {}

    exec(re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[0], names)  # noqa: S102

    assert len(names["four"].opened) == 4
    assert names["four"].status == "optimal"
