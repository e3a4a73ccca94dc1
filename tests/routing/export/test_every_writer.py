"""What holds for every writer: same plan, same bytes; whole or not at all; Chinese and spaces in paths."""

import dataclasses
import datetime as dt
import re
import sys
from contextlib import contextmanager

import pytest

import routing.export
from routing.errors import ProblemError
from routing.plan import Plan, UnservedOrder, Visit

ZONE_OR_DIGEST = re.compile(rb"Europe/Paris|UTC|[0-9a-f]{64}")

WRITERS = [("write_map", "map.html"), ("write_geopackage", "plan.gpkg"), ("write_geojson", "plan.geojson"),
           ("write_gpx", "gpx"), ("write_tables", "tables.xlsx"), ("write_tables", "csv"),
           ("write_dispatch_sheet", "派车单.xlsx")]
every_writer = pytest.mark.parametrize(("writer", "name"), WRITERS)


def contents(path):
    """Return the bytes of a file, or of each file of a folder by name."""
    return {file.name: file.read_bytes() for file in path.iterdir()} if path.is_dir() else path.read_bytes()


@every_writer
def test_same_plan_gives_the_same_bytes(traced_plan, tmp_path, writer, name, monkeypatch):
    """No time, no random id and no order of a set gets into a file: other clocks and paths change nothing."""
    write = getattr(routing.export, writer)
    write(traced_plan, tmp_path / name)
    monkeypatch.setenv("TZ", "Pacific/Apia")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")

    write(traced_plan, tmp_path / "路 径" / name)

    assert contents(tmp_path / name) == contents(tmp_path / "路 径" / name)


@every_writer
def test_nothing_but_the_file_is_left(traced_plan, tmp_path, writer, name):
    """No temporary file or folder stays, and a second writing replaces the first."""
    for _ in range(2):
        getattr(routing.export, writer)(traced_plan, tmp_path / name)

    assert [path.name for path in tmp_path.iterdir()] == [name]


@contextmanager
def largest_file(size):
    """Let this process write no file larger than `size` bytes."""
    import resource
    import signal

    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@every_writer
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a process's files")
def test_full_disk_leaves_the_old_file(mixed_plan, tmp_path, writer, name):
    """Writing that breaks off half-way, or at once, is an OSError; what was there stays, and nothing else."""
    path = tmp_path / name
    getattr(routing.export, writer)(mixed_plan, path)
    before = contents(path)
    largest = max(len(data) for data in (before.values() if isinstance(before, dict) else [before]))

    for size in (largest // 2, 100):
        with largest_file(size), pytest.raises(OSError):  # noqa: PT011 (each system says it in its own words)
            getattr(routing.export, writer)(mixed_plan, path)

    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert contents(path) == before


@every_writer
def test_plan_without_routes_can_be_written(mixed_problem, tmp_path, writer, name):
    """A day on which nothing can be served is still a plan that people want to look at."""
    left = tuple(UnservedOrder(order.id, "not_found", "") for order in mixed_problem.orders)

    getattr(routing.export, writer)(Plan(mixed_problem, (), left), tmp_path / name)

    assert (tmp_path / name).exists()


@every_writer
def test_plan_that_names_unknown_orders_is_refused(mixed_plan, tmp_path, writer, name):
    """The error names the order; nothing is written."""
    route = dataclasses.replace(mixed_plan.routes[0], visits=(Visit("ghost", 0, 0, 0),))
    broken = Plan(mixed_plan.problem, (route,))

    with pytest.raises(ProblemError, match="ghost"):
        getattr(routing.export, writer)(broken, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_wrong_plans_can_be_looked_at(mixed_plan, change, tmp_path):
    """The judge's findings are best seen on a map: a visit before midnight of the plan day is drawn and written."""
    wrong = change(mixed_plan, vehicle="van#1", route={"begin_s": -60})

    for writer, name in WRITERS:
        getattr(routing.export, writer)(wrong, tmp_path / name)

    assert '"-60 s from N"' in (tmp_path / "map.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("writer", "name"), [("write_geojson", "plan.geojson"), ("write_gpx", "gpx"),
                                              ("write_tables", "csv")])
@pytest.mark.parametrize("fixture", ["night_plan", "three_day_plan"])
def test_a_clock_change_moves_no_time(request, tmp_path, writer, name, fixture):
    """Clock times count from midnight of the plan day: on the night of a clock change files say what UTC says."""
    plan = request.getfixturevalue(fixture)
    written = {}
    for zone in ("Europe/Paris", "UTC"):
        problem = dataclasses.replace(plan.problem, day=dt.date(2026, 3, 28), time_zone=zone)
        dated = dataclasses.replace(plan, problem=problem)
        assert routing.check(dated) == []
        path = tmp_path / zone.replace("/", "-") / name
        getattr(routing.export, writer)(dated, path)
        data = contents(path)
        files = data if isinstance(data, dict) else {name: data}
        written[zone] = {file: ZONE_OR_DIGEST.sub(b"", text) for file, text in files.items()}

    assert written["UTC"] == written["Europe/Paris"]
    assert any(b"+1" in text for text in written["UTC"].values())
