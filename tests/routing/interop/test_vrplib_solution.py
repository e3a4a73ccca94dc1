"""Solutions in VRPLIB's form: written and read back as the same plan, and nothing in them is believed."""

from pathlib import Path

import pytest

from gisdata.errors import InputFileError
from routing.assemble import assemble_plan
from routing.checker import check
from routing.errors import ProblemError
from routing.interop import read_instance, read_vrplib_solution, write_vrplib_solution
from routing.model import Depot, Order, Problem, Tariff, TravelMatrix, VehicleType

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def mixed():
    """Two small vehicles and a large one for three orders on a line, at 1, 2 and 3 km; a kilometre costs 1 or 2."""
    orders = [Order(str(i), lon=0, lat=0, demand={"amount": i}, penalty=9.0 if i == 1 else None) for i in (1, 2, 3)]
    metres = [[1000 * abs(i - j) for j in range(4)] for i in range(4)]
    fleet = [VehicleType("small", count=2, capacity={"amount": 2}),
             VehicleType("large", capacity={"amount": 9}, tariff=Tariff(fixed=1.0, per_km=2.0))]
    travel = TravelMatrix("van", ("depot 0", "order 1", "order 2", "order 3"), metres, metres)
    return Problem(orders, [Depot("0", lon=0, lat=0)], fleet, [travel])


def _plan(problem, sequences):
    return assemble_plan(problem, sequences, engine="hand", limit=None, seed=0)


def test_every_vehicle_has_its_line(mixed, tmp_path):
    """The second small van stays: its line is empty. 4 km for 4, and 6 km at 2 each and 1 fixed, and 9 for order 1."""
    path = tmp_path / "mixed.sol"

    write_vrplib_solution(_plan(mixed, [("large", ["3"]), ("small", ["2"])]), path)

    assert path.read_text(encoding="utf-8") == "Route #1: 2\nRoute #2:\nRoute #3: 3\nCost 26\n"


def test_what_is_written_is_read_back(mixed, tmp_path):
    """Routes, vehicles, cost and unserved orders are the same, and the judge agrees."""
    plan = _plan(mixed, [("large", ["3", "1"]), ("small", ["2"])])
    write_vrplib_solution(plan, tmp_path / "mixed.sol")

    found, stated = read_vrplib_solution(tmp_path / "mixed.sol", mixed)

    assert found.routes == plan.routes
    assert stated == found.cost + found.penalty
    assert check(found) == []


def test_published_file_is_written_as_it_was(tmp_path):
    """X-n120-k6.sol has one type of vehicle: read and written, it says the same routes and cost."""
    published = DATA / "X-n120-k6.sol"
    plan, _ = read_vrplib_solution(published, read_instance(DATA / "X-n120-k6.vrp"))

    write_vrplib_solution(plan, tmp_path / "again.sol")

    assert (tmp_path / "again.sol").read_text(encoding="utf-8").split() == published.read_text(encoding="utf-8").split()


@pytest.mark.parametrize(("text", "rules"), [
    ("Route #1: 1 2\nRoute #2:\nRoute #3: 3\nCost 11\n", {"capacity"}),
    ("Route #1: 1\nRoute #2: 2\nRoute #3: 3 1\nCost 11\n", {"coverage"}),
    ("Route #1: 1\nRoute #2: 2\nRoute #3: 7\nCost 11\n", {"coverage"})])
def test_wrong_solution_is_for_the_judge_to_tell(mixed, tmp_path, text, rules):
    """Too much in a small van, an order twice, an order that does not exist: read, then judged."""
    path = tmp_path / "wrong.sol"
    path.write_text(text, encoding="utf-8")

    plan, _ = read_vrplib_solution(path, mixed)

    assert rules <= {violation.rule for violation in check(plan)}


def test_more_routes_than_vehicles_of_several_types(mixed, tmp_path):
    """Nobody can say which vehicle drives a fourth route."""
    path = tmp_path / "many.sol"
    path.write_text("Route #1: 1\nRoute #2: 2\nRoute #3: 3\nRoute #4:\n", encoding="utf-8")

    with pytest.raises(InputFileError, match="has 4 routes; there are 3 vehicles of 2 types"):
        read_vrplib_solution(path, mixed)


def test_line_that_is_no_route_is_told(mixed, tmp_path):
    """With its number and what stands there; lines such as ``Optimal: True`` are left out."""
    path = tmp_path / "odd.sol"
    path.write_text("Route #1: 1\nOptimal: True\n1 2 3\nCost many\n", encoding="utf-8")

    with pytest.raises(InputFileError) as caught:
        read_vrplib_solution(path, mixed)

    assert [words for words in ("2 faults", "line 3", "'1 2 3'", "line 4", "'many'") if words not in str(caught.value)
            ] == []


def test_id_with_blanks_cannot_be_written(tmp_path):
    """It would be read back as two orders; nothing is written."""
    order = Order("big shop", lon=0, lat=0)
    travel = TravelMatrix("van", ("depot 0", "order big shop"), [[0, 1], [1, 0]], [[0, 1], [1, 0]])
    problem = Problem([order], [Depot("0", lon=0, lat=0)], [VehicleType("v")], [travel])

    with pytest.raises(ProblemError, match="big shop"):
        write_vrplib_solution(_plan(problem, [("v", ["big shop"])]), tmp_path / "x.sol")
    assert list(tmp_path.iterdir()) == []
