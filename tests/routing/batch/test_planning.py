"""What a worker does with one problem: it reads before it compiles, and counts the seconds until its plan is kept."""

import itertools

import pytest

import gisdata
from routing.batch import planning
from routing.batch.entry import Entry
from routing.batch.record import read_record, record_name
from routing.batch.store import Store

MONACO = gisdata.sample_path("monaco")


@pytest.fixture
def message(tmp_path):
    """Ask for a problem of the sample town; any setting may be another."""

    def made(**settings):
        files = {"orders": MONACO / "orders-80.csv", "vehicles": MONACO / "vehicles-80.csv",
                 "depots": MONACO / "depots.csv", "roads": "sample:monaco"} | settings
        entry = Entry("one", iterations=1, **{name: str(value) for name, value in files.items()})
        return {"entry": entry.to_dict(), "key": "k", "roads_key": "", "store": str(tmp_path / "out")}

    return made


def test_tables_with_faults_are_told_before_anything_is_compiled(tmp_path, message, monkeypatch):
    """A minute of compiling would be for nothing."""
    bad = tmp_path / "bad.csv"
    bad.write_text("id,lon,lat\nDC,999,43.7\n", encoding="utf-8")
    compiled = []
    monkeypatch.setattr(planning, "ready_to_search", lambda: compiled.append(True))

    told = planning.plan_entry(message(depots=bad))

    assert (told.status, compiled) == ("bad_input", [])
    assert "999" in told.reason


def test_seconds_count_until_the_plan_is_kept(tmp_path, message, monkeypatch):
    """What it takes to save a plan is part of what a problem takes."""
    clock = itertools.count()
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    monkeypatch.setattr(planning, "save_plan", lambda _, path: (path.parent.mkdir(parents=True), path.write_bytes(b"p"),
                                                                next(clock)))
    planned = []
    monkeypatch.setattr(planning, "problem_of", lambda *_: None)
    monkeypatch.setattr(planning, "solve", lambda *_, **__: planned.append(True))
    monkeypatch.setattr(planning, "figures_of", lambda _: {})

    told = planning.plan_entry(message(engine="ortools"))

    assert planned == [True]
    assert read_record(Store(str(tmp_path / "out")).read(record_name(Entry("one")))) == told
    assert told.seconds > told.search_s + 1
