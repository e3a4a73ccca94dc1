"""VROOM's problems and answers both ways: judged by our judge, priced as VROOM prices, and nothing lost in silence."""

import copy
import dataclasses
import json

import numpy as np
import pytest

from gisdata.errors import InputFileError
from routing.checker import check
from routing.engines import needed_rules
from routing.errors import ProblemError, UnsupportedRuleError
from routing.interop import read_vroom, read_vroom_solution, vroom_cost, write_vroom, write_vroom_solution
from routing.model import ALWAYS, Break, DrivingRule, Limit, TimeWindow
from routing.solve import solve
from routing.testing import random_problem

DURATIONS = [[0, 600, 900, 700, 500], [650, 0, 300, 400, 350], [900, 310, 0, 200, 620], [700, 420, 210, 0, 800],
             [480, 360, 640, 790, 0]]
DISTANCES = [[0, 6000, 9000, 7000, 5000], [6500, 0, 3000, 4000, 3500], [9000, 3100, 0, 2000, 6000],
             [7000, 4200, 2100, 0, 8000], [5000, 3600, 6400, 7900, 0]]


@pytest.fixture
def example():
    """Two vehicles with skills, one with a break; three jobs; a shipment from the depot and one from elsewhere."""
    return copy.deepcopy({
        "vehicles": [
            {"id": 1, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [1, 14],
             "time_window": [28800, 43200], "breaks": [{"id": 1, "service": 300, "time_windows": [[32400, 34200]]}]},
            {"id": 2, "start_index": 0, "end_index": 0, "capacity": [4], "skills": [2, 14],
             "time_window": [28800, 43200], "costs": {"fixed": 10}},
        ],
        "jobs": [
            {"id": 1, "service": 300, "delivery": [1], "location_index": 1, "skills": [1],
             "time_windows": [[32400, 36000]]},
            {"id": 2, "service": 300, "delivery": [1], "location_index": 2, "setup": 60, "description": "Bakery"},
            {"id": 9, "location_index": 3, "skills": [7]},
        ],
        "shipments": [
            {"amount": [1], "skills": [2], "pickup": {"id": 4, "service": 300, "location_index": 0},
             "delivery": {"id": 4, "service": 300, "location_index": 3}},
            {"amount": [1], "pickup": {"id": 5, "location_index": 1}, "delivery": {"id": 6, "location_index": 4}},
        ],
        "matrices": {"car": {"durations": DURATIONS, "distances": DISTANCES}},
    })


@pytest.fixture
def pyvroom():
    """Solve with VROOM itself, the problem given as a file; gives its answer as a dict."""
    vroom = pytest.importorskip("vroom", reason="pyvroom, which solves with VROOM itself, is not installed")

    def answer(path):
        return vroom.Input.from_json(path).solve(exploration_level=2, nb_threads=1).to_dict()

    return answer


SHIPPED = ("pickup 4", "delivery 4", "pickup 5", "delivery 6")


def _priced(pyvroom, record, plan, folder):
    """Return what VROOM says our routes cost: each vehicle gets its own orders only, to be visited in our order."""
    total = 0
    for route in plan.routes:
        number = {order: i for i, order in enumerate(route.orders)}
        windows = {visit.order: [[visit.begin_s, visit.begin_s]] for visit in route.visits}
        vehicle = next(v for v in record["vehicles"] if v["id"] == int(route.vehicle_type))
        part = {"vehicles": [{key: value for key, value in vehicle.items() if key != "breaks"}],
                "jobs": [{**job, "time_windows": windows[str(job["id"])]} for job in record["jobs"]
                         if str(job["id"]) in number],
                "shipments": [{**s, **{end: {**s[end], "time_windows": windows[f"{end} {s[end]['id']}"]}
                                       for end in ("pickup", "delivery")}}
                              for s in record["shipments"] if f"pickup {s['pickup']['id']}" in number],
                "matrices": record["matrices"]}
        answer = pyvroom(_saved(part, folder))
        assert answer["summary"]["unassigned"] == 0
        total += answer["summary"]["cost"]
    return total


def _saved(record, folder):
    path = folder / "vroom 问题.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def test_an_example_is_solved_and_judged(example):
    """Job 9 needs skill 7, which nobody has; all else is served, the shipment picked up away from the depot too."""
    problem, _ = read_vroom(example)

    plan = solve(problem, Limit(iterations=20))

    assert check(plan) == []
    assert plan.served == ("1", "2", *SHIPPED)
    assert [(left.order, left.reason) for left in plan.unserved] == [("9", "skill")]


def test_what_is_not_kept_is_told(example):
    """Setup, prices by hour and places without coordinates: a notice each, and no other; a break is kept."""
    problem, notices = read_vroom(example)

    assert problem.fleet[0].breaks == (Break(TimeWindow(32400, 34200), 300),)
    assert len(notices) == 3
    for words in ("setup time", "hours of driving only", "without coordinates"):
        assert sum(words in notice for notice in notices) == 1, words


def test_a_strict_reading_refuses_and_names_all(example):
    """A vehicle without a start, a break with two windows and a speed factor in one error."""
    del example["vehicles"][1]["start_index"]
    example["vehicles"][0]["breaks"][0]["time_windows"].append([37000, 38000])
    example["vehicles"][0]["speed_factor"] = 1.5

    with pytest.raises(UnsupportedRuleError, match=r"(?s)(?=.*where.*cle 2)(?=.*several w.*cle 1)(?=.*speed_factor)"):
        read_vroom(example)


def test_what_vroom_answers_is_judged_and_priced_as_vroom_prices_it(example, pyvroom, tmp_path):
    """VROOM's own figure for its plan is that of `vroom_cost`, and of our plan, which is no better, VROOM's too."""
    path = _saved(example, tmp_path)
    problem, _ = read_vroom(path)
    answer = pyvroom(path)

    plan = read_vroom_solution(answer, problem)
    ours = solve(problem, Limit(iterations=20))

    assert check(plan) == []
    assert plan.served == ("1", "2", *SHIPPED)
    assert vroom_cost(plan) == answer["summary"]["cost"]
    assert vroom_cost(ours) >= answer["summary"]["cost"]
    assert vroom_cost(ours) == pytest.approx(_priced(pyvroom, example, ours, tmp_path))


def test_stated_times_are_taken_as_stated(example, pyvroom, tmp_path):
    """Without breaks and shipments every step is VROOM's own; the start is moved 60 s sooner and the judge says so."""
    del example["shipments"], example["vehicles"][0]["breaks"]
    path = _saved(example, tmp_path)
    problem, _ = read_vroom(path)
    answer = pyvroom(path)
    assert check(read_vroom_solution(answer, problem)) == []

    answer["routes"][0]["steps"][0]["arrival"] -= 60

    assert [(v.rule, v.amount) for v in check(read_vroom_solution(answer, problem)) if v.rule != "shift"] == [
        ("travel_time", 60)]


def test_our_cost_is_vrooms_where_both_price_alike(example, pyvroom, tmp_path):
    """Fixed and by km only: the cost of the plan is VROOM's figure. The file gives metres, 3 a km and 40 a vehicle."""
    del example["shipments"], example["vehicles"][0]["breaks"]
    for vehicle in example["vehicles"]:
        vehicle["costs"] = {"fixed": 40, "per_hour": 0, "per_km": 3}
    path = _saved(example, tmp_path)
    problem, _ = read_vroom(path)
    answer = pyvroom(path)

    plan = read_vroom_solution(answer, problem)

    assert plan.cost == pytest.approx(answer["summary"]["cost"], abs=0.5)  # VROOM rounds to whole units
    assert check(plan) == []


def test_vroom_solves_what_we_write(pyvroom, tmp_path):
    """Its answers break none of the rules that its JSON can say, pickups, shipments, open ends, types and limits too.

    The longest time away is not one of them.
    """
    visits, rules = 0, set()
    for seed in range(40):
        problem = random_problem(seed, orders=7)
        write_vroom(problem, tmp_path / "p.json")

        plan = read_vroom_solution(pyvroom(tmp_path / "p.json"), problem)

        visits, rules = visits + len(plan.visits), rules | needed_rules(problem)
        assert [v for v in check(plan) if v.rule != "shift"] == []

    assert visits > 100
    assert rules > {"shipment", "pickup", "vehicle_type", "max_distance", "max_stops", "open_route", "end_depot"}


def test_what_vroom_says_of_routes_and_types_is_kept(example):
    """Another end, no end, most tasks and metres, service by type, and goods that a job picks up."""
    example["vehicles"][0].update(end_index=3, max_tasks=5, max_distance=40_000, type="slow")
    del example["vehicles"][1]["end_index"]
    example["jobs"][0].update(pickup=[2], delivery=[0], service_per_type={"slow": 900})
    problem, notices = read_vroom(example)
    one, two = problem.fleet
    job, *_ = problem.orders

    assert (problem.end_of(one).id, one.max_stops, one.max_distance_m) == ("3", 5, 40_000)
    assert problem.end_of(two) is None
    assert (job.kind, job.load, job.service_with("1"), job.service_with("2")) == ("pickup", {"amount 1": 2}, 900, 300)
    assert len(notices) == 3


def test_shipments_come_back_as_they_were_written(shipping_problem, shipping_plan, tmp_path):
    """Problem and plan: pickups, a shipment, service by type, an end elsewhere, none, and limits."""
    write_vroom(shipping_problem, tmp_path / "p.json")
    write_vroom_solution(shipping_plan, tmp_path / "s.json")
    problem, _ = read_vroom(tmp_path / "p.json")

    assert read_vroom_solution(tmp_path / "s.json", shipping_problem).routes == shipping_plan.routes
    assert [problem.orders[problem.order_row[order] - 2].name for order in problem.shipments[0].orders] == ["P", "Q"]
    assert {o.name: o.kind for o in problem.orders} == {o.id: o.kind for o in shipping_problem.orders}
    assert [(v.max_stops, v.returns, v.max_distance_m) for v in problem.fleet] == [
        (v.max_stops, v.returns, v.max_distance_m) for v in shipping_problem.fleet]
    assert next(o for o in problem.orders if o.name == "P").service_with("1") == 600


def test_a_problem_comes_back_as_it_was_written(mixed_problem, tmp_path):
    """Travel, windows, service and skills by number; loads and capacities are whole, so nothing is multiplied."""
    write_vroom(mixed_problem, tmp_path / "p.json")
    problem, _ = read_vroom(tmp_path / "p.json")

    assert [o.window for o in problem.orders] == [o.window for o in mixed_problem.orders]
    assert [o.service_s for o in problem.orders] == [o.service_s for o in mixed_problem.orders]
    assert [o.name for o in problem.orders] == list(mixed_problem.order_row)
    assert len(problem.fleet) == 3
    for profile in ("van", "truck"):
        np.testing.assert_array_equal(problem.matrix(profile).duration_s, mixed_problem.matrix(profile).duration_s)


def test_a_plan_comes_back_as_it_was_written(mixed_plan, tmp_path):
    """Routes with all times, distances and costs; and who is left over."""
    write_vroom_solution(mixed_plan, tmp_path / "s.json")

    plan = read_vroom_solution(tmp_path / "s.json", mixed_plan.problem)

    assert plan.routes == mixed_plan.routes
    assert [left.order for left in plan.unserved] == ["U", "W"]
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["summary"]["cost"] == round(vroom_cost(plan))


def test_the_old_matrix_of_seconds_is_read(example):
    """A top-level matrix is that of the cars; kilometres are then not known, which is told."""
    example["matrix"] = example.pop("matrices")["car"]["durations"]

    problem, notices = read_vroom(example, strict=False)

    assert problem.matrix("car").duration_s[0, 1] == DURATIONS[0][1]
    assert not problem.matrix("car").distance_m.any()
    assert any("no distances" in notice for notice in notices)


def test_places_are_measured_on_roads_where_there_is_no_matrix(street_grid):
    """One street of 500 m east of the start, at the first and second junction of the grid."""
    west, south, step = 114.30, 30.60, 0.005
    record = {"vehicles": [{"id": 1, "start": [west, south], "end": [west, south]}],
              "jobs": [{"id": 7, "location": [west + step, south]}]}

    problem, _ = read_vroom(record, roads=street_grid)

    assert problem.matrix("car").distance_m.tolist() == [[0, 500], [500, 0]]


def test_timestamps_are_counted_from_their_midnight(example):
    """28800 s after 2020-09-18, 00:00 UTC (1,600,387,200) is eight o'clock of that day."""
    midnight = 1_600_387_200
    for vehicle in example["vehicles"]:
        vehicle["time_window"] = [moment + midnight for moment in vehicle["time_window"]]
        for pause in vehicle.get("breaks", ()):
            pause["time_windows"] = [[moment + midnight for moment in pause["time_windows"][0]]]
    example["jobs"][0]["time_windows"] = [[midnight + 32400, midnight + 36000]]

    problem, _ = read_vroom(example, strict=False)

    assert str(problem.day) == "2020-09-18"
    assert (problem.fleet[0].shift.begin_s, problem.orders[0].window.begin_s) == (28800, 32400)


def test_priorities_put_orders_before_cost(example):
    """Higher priority, higher penalty; where all are alike there is none."""
    assert {order.penalty for order in read_vroom(example, strict=False).problem.orders} == {None}
    example["jobs"][0]["priority"] = 10

    penalties = [order.penalty for order in read_vroom(example, strict=False).problem.orders]

    assert penalties[0] > penalties[1] > 1e6


@pytest.mark.parametrize(("change", "error"), [
    (lambda record: record.pop("vehicles"), InputFileError),
    (lambda record: record.pop("matrices"), ProblemError),
    (lambda record: record["jobs"][0].pop("id"), ProblemError),
    (lambda record: record["jobs"][0].update(location_index=99), ProblemError),
    (lambda record: record["jobs"][0].update(time_windows=[[5]]), ProblemError),
    (lambda record: record["jobs"].append(dict(record["jobs"][0])), ProblemError),
    (lambda record: record.update(jobs=[3]), ProblemError),
])
def test_broken_files_are_refused_with_one_error(example, change, error, tmp_path):
    """Also as files; and what is no JSON at all."""
    change(example)
    with pytest.raises(error):
        read_vroom(_saved(example, tmp_path), strict=False)
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputFileError, match="not JSON"):
        read_vroom(tmp_path / "x.json")


def test_several_windows_and_breaks_go_to_vroom_and_back(example, tmp_path):
    """Rules that VROOM lacks are told."""
    problem, _ = read_vroom(example)
    windows = (TimeWindow(28800, 30000), TimeWindow(32400, 36000))
    problem = dataclasses.replace(
        problem, orders=[dataclasses.replace(problem.orders[0], window=ALWAYS, windows=windows), *problem.orders[1:]],
        fleet=[dataclasses.replace(kind, driving=DrivingRule(9000, 900)) for kind in problem.fleet])

    notices = write_vroom(problem, tmp_path / "vroom.json")
    again, _ = read_vroom(tmp_path / "vroom.json")

    assert again.orders[0].windows == windows
    assert [kind.breaks for kind in again.fleet] == [kind.breaks for kind in problem.fleet]
    assert any("driving rules cannot be said" in notice for notice in notices)
