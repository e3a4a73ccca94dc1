"""Types of centre and the pack of each kind of user: loaded, sited and planned as they are."""

import functools

import pandas as pd
import pytest

import gisdata
import routing
from gisdata.errors import UnknownNameError
from routing import siting
from routing.centres import centre_type, centre_types
from routing.packs import load_pack, pack_names

pack = functools.cache(load_pack)


@pytest.mark.parametrize("name", pack_names())
def test_a_pack_plans_out_of_the_box(name):
    """Every order is served by a plan without violations; what is typical of the user is in its problem."""
    problem = pack(name).problem()

    plan = routing.solve(problem, routing.Limit(iterations=2), engine="ortools", progress=False)

    assert routing.check(plan) == []
    assert plan.unserved == ()
    typical = {"warehouse": bool(problem.apart) and {order.kind for order in problem.orders} == {"pickup", "delivery"},
               "third-party": len(problem.shipments) == 12 and {kind.zones for kind in problem.fleet} == {
                   frozenset({"north"}), frozenset({"south"})},
               "manufacturer": all(kind.driving and kind.tariff.per_overtime_hour for kind in problem.fleet),
               "distributor": [len(line.orders) for line in problem.lines] == [5, 5]}
    assert typical[name]


@pytest.mark.parametrize("name", pack_names())
def test_a_pack_can_be_sited(name):
    """Its sites serve its demand under the rules of its type: no place is beyond its reach."""
    town = pack(name)
    demand = town.orders.rename(columns={"weight_kg": "demand"})[["id", "lon", "lat"]].assign(demand=1.0)
    travel = siting.travel_table(town.roads, town.sites, demand, "truck")

    found = siting.fixed_charge(travel, demand, town.sites, **town.centre.siting)

    assert found.status == "optimal"
    own = travel.to_numpy()[[list(travel.index).index(site) for site in found.assignment], range(len(demand))]
    assert own.max() <= town.centre.siting["max_travel"]


def test_a_type_fills_what_is_blank_and_switches_off():
    """By hand from the file: windows go; 30 min of service, hours and the driving rule come where none are stated."""
    plant = centre_type("制造商", "regional", "storage")
    orders = pd.DataFrame({"id": ["A", "B"], "lon": [114.3, 114.3], "lat": [30.6, 30.6], "window_begin": ["08:00", ""],
                           "window_end": ["09:00", ""], "service_min": ["5", ""]})
    depots = pd.DataFrame({"id": ["D"], "lon": [114.3], "lat": [30.6], "open": ["05:00"]})
    vehicles = pd.DataFrame({"id": ["truck", "van"], "count": ["1", "1"], "max_hours": ["6", ""]})

    filled, open_depots, fleet = plant.tables(orders, depots, vehicles)

    assert filled["service_s"].tolist() == [300, 1800]
    assert filled["window_begin"].tolist() == [0, 0]
    assert (filled["window_end"] == gisdata.check_orders(orders.drop(columns="window_end"))["window_end"]).all()
    assert (open_depots["open"].iloc[0], open_depots["close"].iloc[0]) == (5 * 3600, 22 * 3600)
    assert fleet["max_hours"].tolist() == [6, 13]
    assert set(fleet["driving_rule"]) == {"china"}


def test_types_say_what_siting_is_told_and_each_default_has_a_source():
    """Flow-through centres count no room, retailers' shops have one source; every row names where it comes from."""
    centre = centre_type("retailer", "city", "flow-through")
    sites = pd.DataFrame({"id": ["S"], "capacity": [1.0], "fixed_cost": [2.0]})

    assert list(centre.sites(sites).columns) == ["id", "fixed_cost"]
    assert centre.siting == {"max_travel": 60.0, "single_source": True}
    assert centre_types()["source"].str.len().min() > 20
    assert not centre_types().duplicated(["axis", "type", "part", "setting"]).any()


def test_unknown_types_and_packs_are_told_with_those_there_are():
    """All axes at once."""
    with pytest.raises(UnknownNameError, match=r"operator 'butcher'.*function 'sleeping'.*processing 加工型"):
        centre_type("butcher", "city", "sleeping")
    with pytest.raises(UnknownNameError, match="third-party"):
        load_pack("butcher")
