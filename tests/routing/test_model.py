"""The nouns: what they refuse and in which words, one plain form for every number, equality and digests by content."""

import dataclasses
import datetime as dt
import decimal
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisdata.clock import END_OF_TIME_S
from routing.errors import ProblemError
from routing.model import (
    ALWAYS,
    Axle,
    CargoSpace,
    Compartment,
    Depot,
    Door,
    FixedLine,
    Limit,
    LoadUnit,
    Order,
    Problem,
    Shipment,
    Tariff,
    TimeWindow,
    TravelMatrix,
    VehicleType,
)
from routing.model.plain import from_plain, to_plain
from routing.testing import problems

SPACE = CargoSpace("box", length_m=4, width_m=2, height_m=2)
NOUNS = {
    Order: {"id": "A", "lon": 1, "lat": 2},
    Depot: {"id": "D", "lon": 1, "lat": 2},
    Shipment: {"id": "S", "pickup": "A", "delivery": "B"},
    VehicleType: {"id": "van"},
    LoadUnit: {"id": "box", "length_m": 1, "width_m": 1, "height_m": 1},
    CargoSpace: {"id": "box", "length_m": 4, "width_m": 2, "height_m": 2},
    Tariff: {},
    Limit: {"seconds": 1},
    TimeWindow: {},
}

REFUSED = [
    # noun, fields, words
    (Order, {"id": 7}, "id must be text"),
    (Order, {"id": " "}, "id must not be empty"),
    (Order, {"id": "a\nb"}, "one line without control characters"),
    (Order, {"id": "a\ud800"}, "id must be text"),
    (Order, {"name": "\udfff"}, "name holds half a character"),
    (Order, {"address": None}, "address must be text"),
    (Order, {"lon": 114.3, "lat": 114.3}, r"lat must lie in \[-90, 90\].*swapped"),
    (Order, {"lon": 180.1}, r"lon must lie in \[-180, 180\]"),
    (Order, {"lon": math.nan}, "lon must lie"),
    (Order, {"lat": "30"}, "lat must be a number of degrees, got '30'"),
    (Order, {"lat": True}, "lat must be a number of degrees"),
    (Order, {"weight_kg": -1}, "weight_kg must be finite and zero or more, got -1.0"),
    (Order, {"weight_kg": math.nan}, "weight_kg must be finite and zero or more, got nan"),
    (Order, {"weight_kg": math.inf}, "weight_kg must be finite"),
    (Order, {"weight_kg": "5"}, "weight_kg must be a number, got '5'"),
    (Order, {"weight_kg": None}, "weight_kg must be a number, got None"),
    (Order, {"weight_kg": pd.NA}, "weight_kg must be a number"),
    (Order, {"weight_kg": True}, "weight_kg must be a number, got True"),
    (Order, {"weight_kg": decimal.Decimal(5)}, "weight_kg must be a number"),
    (Order, {"weight_kg": 10**400}, "weight_kg is too large"),
    (Order, {"penalty": math.inf}, "penalty must be finite"),
    (Order, {"penalty": -5}, "penalty must be finite and zero or more"),
    (Order, {"service_s": 1.5}, "service_s must be a whole number, got 1.5"),
    (Order, {"service_s": -60}, "service_s must be finite and zero or more"),
    (Order, {"demand": {"pallets": -1}}, "demand 'pallets' must be finite and zero or more"),
    (Order, {"demand": {"weight_kg": 1}}, "demand 'weight_kg' has a field of its own"),
    (Order, {"demand": {"": 1}}, "demand '' is no name"),
    (Order, {"demand": {1: 1}}, "demand 1 is no name"),
    (Order, {"demand": 5}, "demand must give an amount by name"),
    (Order, {"skills": "cold"}, "skills must be a set of texts"),
    (Order, {"skills": {1}}, "every skill must be text"),
    (Order, {"skills": {""}}, "every skill must be text"),
    (Order, {"skills": None}, "skills must be a set"),
    (Order, {"kind": "return"}, "kind must be one of delivery, pickup, got 'return'"),
    (Order, {"kind": None}, "kind must be one of"),
    (Order, {"vehicle_types": "van"}, "vehicle_types must be a set of texts such as {'van'}"),
    (Order, {"vehicle_types": {""}}, "every vehicle type must be text"),
    (Order, {"service_by_type": {"van": -1}}, "service_by_type 'van' must be finite and zero or more"),
    (Order, {"service_by_type": {"van": 1.5}}, "service_by_type 'van' must be a whole number, got 1.5"),
    (Order, {"service_by_type": {1: 5}}, "service_by_type 1 is no name"),
    (Order, {"service_by_type": 5}, "service_by_type must give a whole number by name"),
    (Shipment, {"id": ""}, "id must not be empty"),
    (Shipment, {"pickup": 7}, "pickup must be text, got 7"),
    (Shipment, {"delivery": "A"}, "pickup and delivery must be two orders, both are 'A'"),
    (VehicleType, {"max_distance_m": 0}, "max_distance_m must be more than zero"),
    (VehicleType, {"max_stops": 0}, "max_stops must be more than zero"),
    (VehicleType, {"max_stops": 2.5}, "max_stops must be a whole number"),
    (VehicleType, {"returns": "no"}, "returns must be True or False"),
    (VehicleType, {"end_depot": None}, "end_depot must be text"),
    (VehicleType, {"returns": False, "end_depot": "S"}, "it returns nowhere, so it cannot end at depot 'S'"),
    (Order, {"window": ("08:00", "09:00")}, "window must be a TimeWindow"),
    (Order, {"units": ["box"]}, "units must be load units, got 'box'"),
    (Order, {"units": 5}, "units must be load units, got 5"),
    (Order, {"units": [LoadUnit("b", length_m=1, width_m=1, height_m=1)] * 2}, "ids of units are repeated: 'b'"),
    (Depot, {"open": "25"}, "opening hours: time window: '25' is not a clock time"),
    (Depot, {"open": "20:00", "close": "06:00"}, r"opening hours: .*06:00\+1"),
    (Depot, {"open": 0.5}, "opening hours: .*whole seconds, got 0.5"),
    (Depot, {"open": None}, "opening hours: .*whole seconds, got None"),
    (VehicleType, {"count": -1}, "count must be finite and zero or more"),
    (VehicleType, {"count": 1.5}, "count must be a whole number"),
    (VehicleType, {"payload_kg": 0}, "payload_kg must be more than zero"),
    (VehicleType, {"payload_kg": math.nan}, "payload_kg must be zero or more, got nan"),
    (VehicleType, {"max_duration_s": -1}, "max_duration_s must be zero or more"),
    (VehicleType, {"cargo_length_m": 0}, "cargo_length_m must be more than zero"),
    (VehicleType, {"height_m": math.inf}, "height_m must be finite"),
    (VehicleType, {"axles": 2.5}, "axles must be a whole number"),
    (VehicleType, {"years_in_service": -1}, "years_in_service must be finite"),
    (VehicleType, {"crew": 0}, "crew must be more than zero"),
    (VehicleType, {"customs_supervised": "yes"}, "customs_supervised must be True or False"),
    (VehicleType, {"capacity": {"pieces": 3}}, "capacity 'pieces' has a field of its own"),
    (VehicleType, {"shift": "06:00-14:00"}, "shift must be a TimeWindow"),
    (VehicleType, {"tariff": 5}, "tariff must be a Tariff"),
    (VehicleType, {"profile": None}, "profile must be text"),
    (LoadUnit, {"height_m": 0}, "height_m must be more than zero"),
    (LoadUnit, {"count": 0}, "count must be more than zero"),
    (LoadUnit, {"stackable": 2}, "stackable must be True or False"),
    (LoadUnit, {"hazard": "33"}, "hazard '33' is unknown; there are: '1', '1.4S'"),
    (LoadUnit, {"goods": "gold", "fragile": 3}, "fragile must be True or False.*goods 'gold' is unknown"),
    (LoadUnit, {"upright": True, "never_vertical": {"height"}}, "upright says that the height stays vertical"),
    (LoadUnit, {"upright": False, "never_vertical": {"height", "width", "length"}}, "no side that may be vertical"),
    (LoadUnit, {"upright": False, "turnable": False}, "must stay upright too"),
    (LoadUnit, {"stackable": False, "max_top_load_kg": 5}, "nothing may stand on it, yet max_top_load_kg is 5"),
    (VehicleType, {"cargo_length_m": 2, "cargo_space": SPACE}, "cargo_length_m is 2, that of its cargo space is 4"),
    (CargoSpace, {"doors": ()}, "without a door nothing goes in"),
    (CargoSpace, {"doors": [Door("rear", width_m=2.1)]}, "the rear door is larger than its side of 2 m by 2 m"),
    (CargoSpace, {"temperature": "cool"}, "temperature must be one of .*'chilled'"),
    (CargoSpace, {"axles": [Axle("only", position_m=1)]}, "name two axles"),
    (CargoSpace, {"axles": [Axle("a", position_m=2), Axle("b", position_m=1)]}, "must lie ahead"),
    (CargoSpace, {"compartments": [Compartment("a", length_m=5, width_m=1, height_m=1)]}, "'a' sticks out"),
    (CargoSpace, {"compartments": [Compartment(i, length_m=2, width_m=1, height_m=1) for i in "ab"]}, "overlap"),
    (Tariff, {"per_km": math.nan}, "per_km must be finite and zero or more, got nan"),
    (Tariff, {"fixed": -1}, "fixed must be finite and zero or more"),
    (Tariff, {"per_hour": math.inf}, "per_hour must be finite"),
    (Tariff, {"currency": 5}, "currency must be text"),
    (Limit, {"seconds": None}, "give seconds, iterations or both"),
    (Limit, {"seconds": 0}, "seconds must be more than zero"),
    (Limit, {"seconds": math.nan}, "seconds must be finite"),
    (Limit, {"seconds": 1e8}, "at most 10000000 seconds"),
    (Limit, {"iterations": 1.5}, "iterations must be a whole number"),
    (Limit, {"iterations": True}, "iterations must be a number"),
    (TimeWindow, {"begin_s": 10, "end_s": 5}, "must run forward"),
    (TimeWindow, {"begin_s": -1}, "must run forward"),
    (TimeWindow, {"end_s": END_OF_TIME_S + 1}, "must run forward"),
    (TimeWindow, {"begin_s": 1.5}, "whole seconds"),
    (TimeWindow, {"begin_s": "08:00"}, "whole seconds"),
]


@pytest.mark.parametrize(("noun", "fields", "words"), REFUSED,
                         ids=[f"{noun.__name__}-{'-'.join(fields)}-{i}" for i, (noun, fields, _) in enumerate(REFUSED)])
def test_what_cannot_be_is_refused_in_words(noun, fields, words):
    """Every field of every noun; the message names the field and the value."""
    with pytest.raises(ProblemError, match=words):
        noun(**NOUNS[noun] | fields)


def test_all_faults_of_a_noun_come_in_one_message():
    """With the id of the noun."""
    with pytest.raises(ProblemError) as error:
        Order("O-17", lon=200, lat=math.nan, weight_kg=-1, skills="cold", service_s=0.5)

    assert str(error.value).startswith("order 'O-17': ")
    assert str(error.value).count(";") >= 4


KINDS = (int, float, np.int64, np.float64, np.float32, np.int32, np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_number_gives_the_same_noun(kind):
    """Numbers of Python, numpy and pandas; 3 and 3.0 are the same weight, and the same digest."""
    plain = Order("A", lon=3, lat=3, weight_kg=3, pieces=3, demand={"p": 3}, service_s=3, penalty=3,
                  window=TimeWindow(3, 3), units=[LoadUnit("b", length_m=3, width_m=3, height_m=3, count=3)])
    n = kind(3)

    noun = Order("A", lon=n, lat=n, weight_kg=n, pieces=n, demand={"p": n}, service_s=n, penalty=n,
                 window=TimeWindow(n, n), units=[LoadUnit("b", length_m=n, width_m=n, height_m=n, count=n)])

    assert noun == plain
    assert hash(noun) == hash(plain)
    assert json.dumps(to_plain(noun)) == json.dumps(to_plain(plain))
    assert type(noun.weight_kg) is type(noun.lon) is float
    assert type(noun.service_s) is type(noun.window.begin_s) is int


def test_a_negative_zero_is_zero():
    """They are equal, so they must be written alike."""
    assert json.dumps(to_plain(Order("A", lon=-0.0, lat=-0.0, weight_kg=-0.0))) == json.dumps(
        to_plain(Order("A", lon=0, lat=0, weight_kg=0)))


def test_booleans_of_numpy_are_plain():
    """A checked table holds them."""
    unit = LoadUnit("b", length_m=1, width_m=1, height_m=1, stackable=np.bool_(False), upright=1)

    assert (unit.stackable, unit.upright) == (False, True)
    assert type(unit.stackable) is type(unit.upright) is bool


def test_text_of_a_subclass_is_plain():
    """numpy's texts are written otherwise."""
    assert type(Order(np.str_("A"), lon=0, lat=0).id) is str


def test_collections_of_any_kind_are_frozen():
    """Lists, mappings and generators; the noun can be hashed."""
    order = Order("A", lon=0, lat=0, demand={"b": 1, "a": 2}, skills=["x", "x"], units=iter(()))

    assert (order.demand, order.skills, order.units) == ((("a", 2.0), ("b", 1.0)), frozenset({"x"}), ())
    assert isinstance(hash(order), int)


def test_infinite_limits_are_no_limits():
    """They do not appear among the capacities; zero loads not among the loads."""
    vehicle = VehicleType("v", payload_kg=5, capacity={"pallets": math.inf, "drums": 2})

    assert vehicle.capacities == {"weight_kg": 5, "drums": 2}
    assert Order("A", lon=0, lat=0, weight_kg=2, demand={"pallets": 0}).load == {"weight_kg": 2}


def test_windows_between_clock_times():
    """Over midnight, over days, and at a single second."""
    assert TimeWindow.between("22:00", "06:00+1") == TimeWindow.between(79_200, np.int64(108_000))
    assert TimeWindow.between("08:00", "08:00") == TimeWindow(28_800, 28_800)
    assert [str(w) for w in (TimeWindow.between("22:00", "06:00+1"), ALWAYS)] == ["22:00-06:00+1", "00:00-"]


@given(st.integers(0, END_OF_TIME_S), st.integers(0, END_OF_TIME_S))
def test_a_window_is_made_exactly_if_it_runs_forward(begin_s, end_s):
    """Both ends belong to it, so equal ends are a window."""
    if begin_s <= end_s:
        assert (TimeWindow(begin_s, end_s).begin_s, TimeWindow(begin_s, end_s).end_s) == (begin_s, end_s)
    else:
        with pytest.raises(ProblemError):
            TimeWindow(begin_s, end_s)


def test_tariff_adds_its_three_parts():
    """50 + 1.20 x 17 km + 24 x 1.25 h = 100.40."""
    assert Tariff(fixed=50, per_km=1.2, per_hour=24).cost(17_000, 4500) == pytest.approx(100.4)


def test_default_limit_is_that_of_the_design():
    """min(30 s, 2 s + 0.03 s an order); only iterations alone are reproducible."""
    assert [Limit.default(n).seconds for n in (0, 100, 5000)] == [2, 5, 30]
    assert [Limit(iterations=5).reproducible, Limit(seconds=1, iterations=5).reproducible] == [True, False]


def square(n, value=1, kind=np.int64):
    return np.full((n, n), value, dtype=kind)


@pytest.mark.parametrize(("seconds", "metres", "words"), [
    (square(3), square(2), r"duration_s has shape \(3, 3\), expected \(2, 2\)"),
    (np.zeros(4, dtype=int), square(2), "has shape"),
    (square(2, 1.5, float), square(2), "duration_s must be whole numbers, got float64"),
    (square(2), square(2, -2), "distance_m must lie in 0 to"),
    (square(2, 2**41), square(2), "duration_s must lie in 0 to"),
    (square(2, 2**63, np.uint64), square(2), "duration_s must lie in 0 to"),
    (square(2, -1), square(2), "differ in what is reachable"),
    ([[0, 1], [1]], square(2), "the rows of duration_s differ in length"),
])
def test_matrices_that_cannot_be_are_refused(seconds, metres, words):
    """Ragged, of the wrong shape or kind, negative, absurd, or disagreeing on what is reachable."""
    with pytest.raises(ProblemError, match=words):
        TravelMatrix("van", ("a", "b"), seconds, metres)


@given(st.integers(0, 5), st.data())
def test_matrices_are_equal_by_content(n, data):
    """Whatever the type of the numbers; any other number is another matrix."""
    numbers = data.draw(st.lists(st.integers(-1, 100), min_size=n * n, max_size=n * n))
    small = np.array(numbers, dtype=np.int32).reshape(n, n)
    labels = [f"p{i}" for i in range(n)]
    matrix, twin = TravelMatrix("van", labels, small, small), TravelMatrix("van", labels, small.tolist(), small.copy())

    assert matrix == twin
    assert hash(matrix) == hash(twin)
    assert matrix != TravelMatrix("car", labels, small, small)
    if n:
        assert matrix != TravelMatrix("van", labels, np.abs(small) + 1, np.abs(small) + 1)
        assert matrix != TravelMatrix("van", ["x", *labels[1:]], small, small)
        with pytest.raises(ValueError, match="read-only"):
            matrix.duration_s[0, 0] = 5


def test_labels_cannot_be_mixed_up():
    """A separator within a label does not make two lists of labels alike."""
    one, other = (TravelMatrix("van", labels, square(2), square(2)) for labels in (("a\x1fb", "c"), ("a", "b\x1fc")))

    assert one.digest != other.digest


def test_a_large_matrix_is_not_copied():
    """One that is whole, of the right kind and cannot be written to is taken as it is."""
    frozen = square(3)
    frozen.setflags(write=False)
    view = square(9)[:3, :3]
    view.setflags(write=False)

    matrix = TravelMatrix("van", ("a", "b", "c"), frozen, view)

    assert matrix.duration_s is frozen
    assert matrix.distance_m is not view


def test_the_callers_array_stays_the_callers():
    """Later changes to it do not reach the matrix."""
    mine = square(2)
    matrix = TravelMatrix("van", ("a", "b"), mine, mine)

    mine[0, 0] = 99

    assert matrix.duration_s[0, 0] == 1


@given(problems(max_orders=5))
def test_a_problem_is_equal_to_what_was_written_of_it(problem):
    """Through JSON text and back; nouns, digest and hash."""
    record = json.loads(json.dumps(problem.to_dict(), allow_nan=False))

    twin = Problem.from_dict(record, problem.matrices)

    assert twin == problem
    assert hash(twin) == hash(problem)
    assert (twin.orders, twin.depots, twin.fleet, twin.day, twin.shipments) == (
        problem.orders, problem.depots, problem.fleet, problem.day, problem.shipments)


@given(problems(max_orders=4), st.data())
def test_any_change_makes_another_problem(problem, data):
    """One field of one noun, a name or an address included."""
    changes = [{"day": problem.day + dt.timedelta(days=1)}, {"time_zone": "Europe/Paris"},
               {"depots": [dataclasses.replace(problem.depots[0], name="x"), *problem.depots[1:]]},
               {"fleet": [dataclasses.replace(problem.fleet[0], crew=2), *problem.fleet[1:]]}]
    if problem.orders:
        first, *rest = problem.orders
        changes += [{"orders": [dataclasses.replace(first, **change), *rest]} for change in (
            {"address": "x"}, {"lon": first.lon + 1e-9}, {"skills": {"other"}}, {"service_s": 7},
            {"service_by_type": {problem.fleet[0].id: 77}}, {"vehicle_types": {problem.fleet[0].id}, "name": "y"})]
    if problem.orders and not problem.shipments:
        changes += [{"orders": [dataclasses.replace(first, **change), *rest]} for change in (
            {"penalty": 77}, {"kind": "pickup" if first.kind == "delivery" else "delivery"})]
    if problem.shipments:
        changes += [{"shipments": ()}, {"shipments": [dataclasses.replace(problem.shipments[0], id="x"),
                                                      *problem.shipments[1:]]}]

    assert dataclasses.replace(problem, **data.draw(st.sampled_from(changes))) != problem


def test_roads_and_the_order_of_matrices_do_not_count(mixed_problem):
    """The same content is the same problem."""
    assert dataclasses.replace(mixed_problem, matrices=mixed_problem.matrices[::-1]) == mixed_problem
    assert dataclasses.replace(mixed_problem, roads=object()) == mixed_problem


def test_a_moment_is_taken_as_its_day(two_stop_problem):
    """A pandas time stamp would be written otherwise."""
    stamped = dataclasses.replace(two_stop_problem, day=pd.Timestamp("2026-01-05 13:00"))

    assert stamped == two_stop_problem
    assert type(stamped.day) is dt.date


@pytest.mark.parametrize(("changes", "words"), [
    ({"orders": "AB"}, "orders must be a list of Order, got str"),
    ({"orders": None}, "orders must be a list of Order, got NoneType"),
    ({"orders": [1]}, r"orders\[0\] must be a Order, got int"),
    ({"depots": []}, "there is no depot"),
    ({"fleet": []}, "there is no vehicle"),
    ({"matrices": []}, "there is no travel matrix for profile 'van'"),
    ({"time_zone": "../etc/passwd"}, "IANA name"),
    ({"time_zone": 5}, "IANA name"),
    ({"day": "2026-01-05"}, "day must be a datetime.date"),
])
def test_a_problem_that_contradicts_itself_is_refused(two_stop_problem, changes, words):
    """In the words of what is wrong, not of what would break later."""
    with pytest.raises(ProblemError, match=words):
        dataclasses.replace(two_stop_problem, **changes)


def test_all_contradictions_come_in_one_message(mixed_problem):
    """Ids, depots, currencies and matrices at once."""
    fleet = [VehicleType("van", depot="X", tariff=Tariff(currency="EUR")), VehicleType("van", profile="tram"),
             VehicleType("lorry", depot="N", tariff=Tariff(currency="CNY"))]

    with pytest.raises(ProblemError) as error:
        dataclasses.replace(mixed_problem, fleet=fleet, orders=mixed_problem.orders[::-1])

    for words in ("ids are repeated: 'van'", "depot 'X', which does not exist", "must name its depot",
                  "mix currencies: CNY, EUR", "no travel matrix for profile 'tram'", "its rows are not the depots"):
        assert words in str(error.value)


def test_another_count_makes_another_problem(mixed_problem):
    """The one given stays as it is; a type that does not exist is named."""
    fewer = mixed_problem.with_count("van", 1)

    assert [vehicle.count for vehicle in fewer.fleet] == [1, 1]
    assert [vehicle.count for vehicle in mixed_problem.fleet] == [2, 1]
    with pytest.raises(ProblemError, match="'tram'"):
        mixed_problem.with_count("tram", 1)


def test_rows_depots_and_dimensions(mixed_problem):
    """Depots first, then orders; only dimensions that matter; a matrix by its profile."""
    assert mixed_problem.place_labels[:3] == ("depot N", "depot S", "order P")
    assert (mixed_problem.depot_row["S"], mixed_problem.order_row["P"]) == (1, 2)
    assert mixed_problem.dimensions == ("pallets", "weight_kg")
    assert mixed_problem.depot_of(mixed_problem.fleet[1]).id == "S"
    assert mixed_problem.currency == "CNY"
    with pytest.raises(ProblemError, match="'tram'"):
        mixed_problem.matrix("tram")


@pytest.mark.parametrize(("record", "words"), [
    ([], "must be given by its fields"), ({"id": "A"}, "missing"),
    ({"id": "A", "lon": 0, "lat": 0, "x": 1}, "no field 'x'"),
    ({"id": "A", "lon": 0, "lat": 0, "window": 5}, "TimeWindow must be given by its fields"),
    ({"id": "A", "lon": 0, "lat": 0, "units": 5}, "int"), ({"id": "A", "lon": 0, "lat": 0, "demand": [1]}, "int"),
])
def test_a_record_that_makes_no_noun_is_refused(record, words):
    """As a forged file may hold."""
    with pytest.raises(ProblemError, match=words):
        from_plain(Order, record)


@pytest.mark.parametrize("change", [{"orders": 5}, {"day": "x"}, {"matrices": []}, {"depots": None}])
def test_a_record_that_makes_no_problem_is_refused(two_stop_problem, change):
    """Never a KeyError or TypeError."""
    with pytest.raises(ProblemError):
        Problem.from_dict(two_stop_problem.to_dict() | change, two_stop_problem.matrices)
    with pytest.raises(ProblemError):
        Problem.from_dict({}, two_stop_problem.matrices)


def test_all_contradictions_of_shipments_come_at_once(shipping_problem):
    """Unknown and shared orders, wrong kinds, other goods, half a penalty, unknown types and depots."""
    orders = {order.id: order for order in shipping_problem.orders}
    orders["T"] = dataclasses.replace(orders["T"], penalty=5, vehicle_types={"bike", "kite"})
    orders["R"] = dataclasses.replace(orders["R"], service_by_type={"kite": 5})
    ship = [Shipment("G", pickup="P", delivery="Q"), Shipment("G", pickup="P", delivery="Z"),
            Shipment("H", pickup="T", delivery="R"), Shipment("I", pickup="X", delivery="Q")]
    fleet = [dataclasses.replace(shipping_problem.fleet[0], end_depot="W"), shipping_problem.fleet[1]]

    with pytest.raises(ProblemError) as raised:
        dataclasses.replace(shipping_problem, orders=orders.values(), shipments=ship, fleet=fleet)

    assert str(raised.value).splitlines()[1:] == [
        "  shipment ids are repeated: 'G'",
        "  vehicle type 'van' ends at depot 'W', which does not exist",
        "  order 'T': vehicle_types names 'kite', which the fleet does not have",
        "  order 'R': service_by_type names 'kite', which the fleet does not have",
        "  order 'P' belongs to 2 shipments; it may belong to one",
        "  order 'Q' belongs to 2 shipments; it may belong to one",
        "  shipment 'G' names order 'Z', which does not exist",
        "  shipment 'H': order 'T' must be of kind 'pickup', it is 'delivery'",
        "  shipment 'H': order 'R' must be of kind 'delivery', it is 'pickup'",
        "  shipment 'H': give both orders a penalty or neither; order 'R' has none",
        "  shipment 'I': orders 'X' and 'Q' are the same goods, but their loads differ: weight_kg 40 and 60",
    ]


def test_all_that_fixed_lines_say_wrong_is_told_at_once(two_stop_problem):
    """Stops, depot and type that do not exist, an order on two lines, and one id twice: before any search."""
    lines = [FixedLine("1", orders=("A", "Z", "Y"), depot="X"), FixedLine("1", orders=("A",), vehicle_type="tram")]

    with pytest.raises(ProblemError) as raised:
        dataclasses.replace(two_stop_problem, lines=lines)

    for told in ("2 fixed lines have the id '1'", "names order 'Z', 'Y', which does not exist", "names depot 'X'",
                 "names vehicle type 'tram'", "order 'A' is on 2 fixed lines"):
        assert told in str(raised.value)


def test_a_problem_with_fixed_lines_comes_back_from_its_record(two_stop_problem):
    """An endless bend and the sequence included; without lines nothing is written of them."""
    lined = dataclasses.replace(two_stop_problem, lines=[FixedLine("L", orders=("B", "A"), bend_percent=math.inf)])

    assert Problem.from_dict(lined.to_dict(), lined.matrices) == lined
    assert "lines" not in two_stop_problem.to_dict()
