"""Floats to whole numbers and back: nothing overflows, nothing that fits is refused, and errors name the field."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.engines.encode import MOST, encode
from routing.errors import ProblemError
from routing.model import Depot, Order, Problem, Tariff, TimeWindow, TravelMatrix, VehicleType
from routing.testing import problems, random_problem

amounts = st.one_of(st.floats(0, 1e15), st.integers(0, 10**6).map(lambda n: n / 1000), st.just(0.0))
limits = st.one_of(st.floats(1e-6, 1e15), st.integers(1, 10**7).map(lambda n: n / 1000), st.just(math.inf))


def problem_of(orders, fleet, seconds=600, metres=5000):
    """One depot, and the same leg between any two places."""
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    apart = 1 - np.eye(len(labels), dtype=np.int64)
    travel = TravelMatrix("van", labels, apart * seconds, apart * metres)
    return Problem(orders, [Depot("D", lon=0, lat=0)], fleet, [travel])


def loads_of(amounts):
    return [Order(f"o{i}", lon=0, lat=0, weight_kg=amount) for i, amount in enumerate(amounts)]


@settings(max_examples=50)
@given(st.lists(amounts, min_size=1, max_size=12), st.lists(limits, min_size=1, max_size=3), st.data())
def test_whole_loads_that_fit_are_real_loads_that_fit(weights, capacities, data):
    """Whatever sum of units keeps a capacity, the sum of kilograms keeps it to one part in 10^9, as the judge asks."""
    fleet = [VehicleType(f"t{i}", payload_kg=limit) for i, limit in enumerate(capacities)]
    encoded = encode(problem_of(loads_of(weights), fleet))
    assume(encoded.arrays["load"].size)
    chosen = data.draw(st.sets(st.sampled_from(range(len(encoded.order_ids))), min_size=1))
    kilograms = math.fsum(weights[int(encoded.order_ids[i][1:])] for i in chosen)
    units = sum(int(encoded.arrays["load"][0][i]) for i in chosen)

    for capacity, whole in zip(capacities, encoded.arrays["capacity"][0].tolist(), strict=True):
        assert units > whole or kilograms <= capacity * (1 + 1e-9)
        assert math.isfinite(capacity) or units <= whole


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=10), st.sampled_from([1, 10, 1000]))
def test_decimal_loads_that_fill_a_vehicle_exactly_still_fit(parts, unit):
    """0.1 + 0.2 fits into 0.3, though the floats do not say so."""
    weights = [part / unit for part in parts]
    encoded = encode(problem_of(loads_of(weights), [VehicleType("van", payload_kg=sum(parts) / unit)]))

    assert encoded.arrays["load"][0].sum() <= encoded.arrays["capacity"][0][0]


def test_a_giant_load_leaves_the_others_their_precision():
    """Only the vehicle without a limit takes 1e15 kg; two orders of 50 kg still fill the other one exactly."""
    fleet = [VehicleType("van", payload_kg=100.0), VehicleType("ship")]
    encoded = encode(problem_of(loads_of([50.0, 50.0, 1e15]), fleet))
    load, (van, ship) = encoded.arrays["load"][0], encoded.arrays["capacity"][0]

    assert load[0] + load[1] <= van < (load[0] + load[1]) * (1 + 1e-9)
    assert load[2] > van
    assert load.sum() <= ship


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1e6), st.integers(0, 10**6), st.integers(0, 80_000))
def test_costs_come_back_as_they_were(per_km, per_hour, fixed, metres, seconds):
    """A route to one order and back costs the same in units as by the tariff, to half a unit an arc."""
    tariff = Tariff(fixed=fixed, per_km=per_km, per_hour=per_hour)
    encoded = encode(problem_of(loads_of([1.0]), [VehicleType("van", tariff=tariff)], seconds, metres))
    arcs, fixed_units = encoded.arrays["cost"][0], int(encoded.arrays["fixed"][0])
    stated = tariff.cost(2 * metres, 2 * seconds)

    got = encoded.cost(fixed_units + int(arcs[0, 1]) + int(arcs[1, 0]))

    assert abs(got - stated) <= 2 / encoded.cost_scale + 1e-12 * stated


def test_prices_with_three_decimals_are_whole_units():
    """1.655 a km is 29,790 units a metre, 35.125 an hour is 175,625 units a second."""
    tariff = Tariff(per_km=1.655, per_hour=35.125)
    encoded = encode(problem_of(loads_of([1.0]), [VehicleType("van", tariff=tariff)], seconds=7, metres=3))

    assert encoded.arrays["cost"][0][0, 1] == 29_790 * 3 + 175_625 * 7
    assert encoded.arrays["wait"][0] == 175_625


@settings(max_examples=40)
@given(problems(max_orders=6))
def test_no_sum_of_costs_overflows(problem):
    """All mandatory penalties and the dearest arcs, taken together, stay below 2^60; one penalty outweighs all arcs."""
    arrays = encode(problem).arrays
    orders, mandatory = arrays["window"].shape[0], int(arrays["mandatory_penalty"][0])
    driven = arrays["time"].min(axis=0) <= arrays["horizon"]
    dearest = int(np.where(driven, arrays["cost"].max(axis=0), 0).max(initial=0))

    assert mandatory * (orders + 1) < MOST
    assert mandatory > dearest * min(orders, 1) + int(arrays["fixed"].min(initial=0))


@pytest.mark.parametrize(("change", "named"), [
    ({"penalty": 1e16}, "order 'o0': penalty 1e+16"),
    ({"tariff": Tariff(per_km=1e14)}, "vehicle type 'van': tariff.per_km 100000000000000.0"),
    ({"tariff": Tariff(per_hour=1e15)}, "vehicle type 'van': tariff.per_hour"),
    ({"tariff": Tariff(fixed=1e17)}, "vehicle type 'van': tariff.fixed"),
], ids=["penalty", "per_km", "per_hour", "fixed"])
def test_costs_that_no_integer_holds_are_refused_by_name(change, named):
    """2^60 units at a thousandth of the currency each is the most."""
    vehicle, order = VehicleType("van"), Order("o0", lon=0, lat=0)
    problem = problem_of([dataclasses.replace(order, **change) if "penalty" in change else order],
                         [dataclasses.replace(vehicle, **change) if "tariff" in change else vehicle])

    with pytest.raises(ProblemError, match="too large for whole-number arithmetic") as caught:
        encode(problem)

    assert named in str(caught.value)


def test_prices_in_a_weak_currency_get_coarser_units():
    """1,000 orders at 25,000 a km over 100 km overflow in the finest unit; a thousandth of the currency does not."""
    orders = loads_of([1.0] * 1000)
    encoded = encode(problem_of(orders, [VehicleType("van", count=300, tariff=Tariff(per_km=25_000))], metres=100_000))

    assert 1_000 <= encoded.cost_scale < 18_000_000
    assert encoded.arrays["cost"][0][0, 1] / encoded.cost_scale == pytest.approx(2_500_000)


def test_more_cells_than_a_solver_can_hold_are_refused(monkeypatch):
    """Three places, one profile, one tariff: 2 x 9 cells."""
    monkeypatch.setattr("routing.engines.encode.MOST_CELLS", 17)

    with pytest.raises(ProblemError, match=r"18 matrix cells; the solver takes 17\. Split the day"):
        encode(problem_of(loads_of([1.0, 1.0]), [VehicleType("van")]))


def test_an_order_reached_only_by_way_of_another_is_kept():
    """No road leads from the depot to B, but one leads from A: a van that serves A can go on to B."""
    seconds = np.array([[0, 60, -1], [60, 0, 60], [60, 60, 0]])
    problem = Problem(loads_of([1.0, 1.0]), [Depot("D", lon=0, lat=0)], [VehicleType("van")],
                      [TravelMatrix("van", ("depot D", "order o0", "order o1"), seconds, seconds)])

    assert encode(problem).order_ids == ("o0", "o1")


@pytest.mark.parametrize("order", [
    Order("X", lon=0, lat=0, weight_kg=101),
    Order("X", lon=0, lat=0, skills={"cold"}),
    Order("X", lon=0, lat=0, window=TimeWindow(0, 8 * 3600 + 599)),
    Order("X", lon=0, lat=0, window=TimeWindow(18 * 3600 - 599, 20 * 3600)),
    Order("X", lon=0, lat=0, service_s=4 * 3600 - 1199),
], ids=["too heavy", "skill", "closes too early", "opens too late", "takes too long"])
def test_an_order_that_no_vehicle_can_serve_never_reaches_the_solver(order):
    """The van is 10 minutes away, works 08:00 to 18:00 for at most 4 h, and carries 100 kg: one unit less would do."""
    van = VehicleType("van", payload_kg=100, shift=TimeWindow.between("08:00", "18:00"), max_duration_s=4 * 3600)
    encoded = encode(problem_of([order, Order("Y", lon=0, lat=0, weight_kg=100, service_s=4 * 3600 - 1200)], [van]))

    assert encoded.order_ids == ("Y",)


def test_a_seed_permutes_the_orders_and_nothing_else():
    """Seed 0 leaves them in place; any seed keeps every order with its own numbers."""
    problem = random_problem(4, orders=30)
    plain, shuffled = encode(problem), encode(problem, seed=3)
    place = [shuffled.order_ids.index(order) for order in plain.order_ids]

    assert plain.order_ids != shuffled.order_ids
    assert np.array_equal(shuffled.arrays["window"][place], plain.arrays["window"])
    assert np.array_equal(shuffled.arrays["load"][:, place], plain.arrays["load"])
