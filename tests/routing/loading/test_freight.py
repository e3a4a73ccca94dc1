"""Freight kinds at the threshold and by shape; consolidation against trying everything; one empty return a full box."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.errors import ProblemError
from routing.loading import LoadUnit, cargo_space
from routing.loading.consolidation import Departure, Lot, consolidate
from routing.loading.freight import ContainerMove, classify, drop_and_hook, pickup_round
from routing.model import Order, VehicleType

TRUCK = cargo_space("9.6 m")
BOXES = ["CSQU3054383", "MSKU6011672", "TOLU4734787"]
"""Numbers with right check digits: the example of ISO 6346, and two of ships at sea."""


def _order(**fields):
    return Order("A", lon=0, lat=0, **fields)


@pytest.mark.parametrize(("weight_kg", "kind", "near"), [
    (2849, "less-than-truckload", False), (2999, "less-than-truckload", True), (3000, "less-than-truckload", True),
    (3001, "full truckload", True), (3151, "full truckload", False),
])
def test_by_weight(weight_kg, kind, near):
    """Above 3 t; exactly 3 t is still less-than-truckload; within 5 % it is marked."""
    freight = classify(_order(weight_kg=weight_kg), TRUCK)

    assert (freight.kind, freight.near_threshold) == (kind, near)


@pytest.mark.parametrize(("order", "kind", "words"), [
    (_order(weight_kg=500, volume_m3=50), "full truckload", "50 m3 fill 90% of a truck"),
    (_order(units=[LoadUnit("pole", length_m=9, width_m=.1, height_m=.1, weight_kg=9)]), "full truckload",
     "a piece takes 9 m of the 9.5 m"),
    (_order(units=[LoadUnit("tank", length_m=3, width_m=3, height_m=3, weight_kg=9)]), "full truckload", "larger than"),
    (_order(units=[LoadUnit("ingot", length_m=1, width_m=1, height_m=1, weight_kg=301, count=10)]), "full truckload",
     "3,010 kg are more"),
    (_order(weight_kg=2000, volume_m3=10), "less-than-truckload", "leave room for others"),
])
def test_by_volume_and_shape(order, kind, words):
    """Light goods that fill a truck, or a piece beside which nothing fits; pieces weigh what no order states."""
    freight = classify(order, TRUCK)

    assert freight.kind == kind
    assert words in freight.reason
    assert classify(order, TRUCK, containers=["A"]).kind == "container"
    assert classify(_order(weight_kg=2000), TRUCK, threshold_kg=1999).kind == "full truckload"


def test_pickup_rounds_are_back_by_the_cut_off():
    """Orders become pickups; every vehicle is back at 18:00. One that starts later, or stays out, is named."""
    orders, fleet = pickup_round([_order()], [VehicleType("van")], 64_800)

    assert [order.kind for order in orders] == ["pickup"]
    assert [kind.shift.end_s for kind in fleet] == [64_800]
    with pytest.raises(ProblemError, match="'van' does not return"):
        pickup_round([], [VehicleType("van", returns=False)], 64_800)


lots = st.lists(st.builds(lambda kg, ready, stay, cost: (kg, ready, ready + stay, cost), st.integers(1, 9),
                          st.integers(0, 9), st.integers(0, 20), st.integers(0, 50)), min_size=1, max_size=8)
departures = st.lists(st.builds(lambda leaves, drive, cost, kg: (leaves, leaves + drive, cost, kg), st.integers(0, 12),
                                st.integers(0, 9), st.integers(0, 60), st.integers(1, 25)), max_size=3)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(lots=lots, departures=departures)
def test_consolidation_is_the_best_of_all(lots, departures):
    """Up to eight lots and three departures: as cheap as the best of all choices, each lot on one, none overloaded."""
    named = [Lot(f"L{i}", weight_kg=kg, ready_s=ready, due_s=due, direct_cost=cost)
             for i, (kg, ready, due, cost) in enumerate(lots)]
    trucks = [Departure(f"D{k}", leaves_s=leaves, arrives_s=arrives, cost=cost, payload_kg=kg)
              for k, (leaves, arrives, cost, kg) in enumerate(departures)]
    found = consolidate(named, trucks)
    ways = [[None, *(k for k, truck in enumerate(trucks) if lot.ready_s <= truck.leaves_s
                     and truck.arrives_s <= lot.due_s)] for lot in named]
    best = min(sum(trucks[k].cost for k in set(way) - {None})
               + sum(lot.direct_cost for lot, k in zip(named, way, strict=True) if k is None)
               for way in itertools.product(*ways)
               if all(sum(lot.weight_kg for lot, on in zip(named, way, strict=True) if on == k) <= truck.payload_kg
                      for k, truck in enumerate(trucks)))

    assert found.optimal
    assert found.cost == pytest.approx(best)
    assert found.saving == pytest.approx(sum(lot.direct_cost for lot in named) - best)
    assert [lot for lot, _ in found.rides] == [lot.id for lot in named]


def test_lots_ride_together_where_it_pays():
    """Two of three fit on the night truck for 100; three trips of their own would cost 180."""
    named = [Lot(name, weight_kg=1500, ready_s=0, due_s=90_000, direct_cost=60) for name in "ABC"]

    found = consolidate(named, [Departure("night", leaves_s=72_000, arrives_s=86_400, cost=100, payload_kg=3000)])

    assert (found.cost, found.saving) == (160, 20)
    assert sorted(truck for _, truck in found.rides) == ["", "night", "night"]


def test_every_full_box_has_one_empty_return():
    """The first box is empty when the second comes to the same place; the others are fetched."""
    moves = [ContainerMove(BOXES[0], "shop", arrives_s=0, unload_s=3600),
             ContainerMove(BOXES[1], "shop", arrives_s=7200, unload_s=3600),
             ContainerMove(BOXES[2], "mill", arrives_s=7200, unload_s=60)]

    trips = drop_and_hook(moves)

    assert sorted(box for box in trips["drops"] if box) == sorted(BOXES)
    assert sorted(box for box in trips["hooks"] if box) == sorted(BOXES)
    assert trips[trips["drops"] == BOXES[1]]["hooks"].tolist() == [BOXES[0]]
    assert len(trips) == 5


def test_a_wrong_container_number_or_a_box_brought_twice():
    """Check digit 3, not 4; and no box is in two places."""
    with pytest.raises(ProblemError, match="no container number"):
        ContainerMove("CSQU3054384", "shop", arrives_s=0, unload_s=0)
    again = [ContainerMove(BOXES[0], "shop", arrives_s=t, unload_s=60) for t in (0, 30)]
    with pytest.raises(ProblemError, match="brought again"):
        drop_and_hook(again)
