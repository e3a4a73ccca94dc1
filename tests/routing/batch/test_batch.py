"""Batches of real problems: manifests and folders in, plans and a summary out; each problem with its own status."""

import dataclasses
import shutil

import openpyxl
import pandas as pd
import pytest

import gisdata
import routing
from gisdata.errors import TableError
from routing.batch.entry import Entry, key_of, settled
from routing.batch.manifest import read_manifest
from routing.cli import main

MONACO = gisdata.sample_path("monaco")
FILES = {"orders": MONACO / "orders-80.csv", "vehicles": MONACO / "vehicles-80.csv", "depots": MONACO / "depots.csv",
         "roads": "sample:monaco"}


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """A folder with a manifest of a good problem and six bad ones, planned once; exit code, output and folder."""
    folder = tmp_path_factory.mktemp("夜间 night")
    depots = (MONACO / "depots.csv").read_text(encoding="utf-8").splitlines()
    (folder / "broken.csv").write_text(f"{depots[0]}\n<b>DC</b>,999,43.7\n", encoding="utf-8")
    rows = [("good", {}), ("=bad depot", {"depots": "broken.csv"}), ("good", {}), ("../up", {}), ("/etc/x", {}),
            ("missing", {"orders": "nowhere.csv"}), ("wrong number", {"iterations": "many"})]
    listed = pd.DataFrame([{"name": name, **FILES, "iterations": "1", **changes} for name, changes in rows])
    listed.to_csv(folder / "night.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def planned(night):
    return main(["batch", str(night / "night.csv"), "--out", str(night / "out"), "--workers", "1", "--seed", "3",
                 "--engine", "ortools", "--language", "zh"])


def test_bad_problems_do_not_cost_the_good_one(night, planned):
    """Each has its own status and reason, and the exit code says that some were planned."""
    table = pd.read_parquet(night / "out" / "summary.parquet")

    assert planned == 6
    assert table["status"].tolist() == ["planned"] + ["bad_input"] * 6
    for number, word in enumerate(("999", "problem 1", "'../up' is a path", "'/etc/x' is a path",
                                   "there is no file", "'iterations': is not a number (value 'many')"), start=1):
        assert word in table["reason"][number]


def test_the_plan_is_that_of_solve(night, planned):
    """The same problem, limit and seed in this process: the same plan."""
    problem = routing.build_problem(gisdata.read_orders(FILES["orders"]), gisdata.read_depots(FILES["depots"]),
                                    gisdata.read_vehicles(FILES["vehicles"]), gisdata.load_sample("monaco").roads)

    plan = routing.load_plan(night / "out" / "plans" / "good.plan")

    assert plan == routing.solve(problem, routing.Limit(iterations=1), seed=3, engine="ortools")
    row = pd.read_csv(night / "out" / "summary.csv", encoding="utf-8-sig").iloc[0]
    assert (row["cost"], row["routes"], row["orders"]) == (pytest.approx(plan.cost), len(plan.routes), 80)


def test_untrusted_text_is_harmless_in_the_summary(night, planned):
    """A name that is a formula, and a depot that is HTML."""
    page = (night / "out" / "summary.html").read_text(encoding="utf-8")

    assert "<b>DC" not in page
    assert "已完成" in page
    assert "'=bad depot" in (night / "out" / "summary.csv").read_text(encoding="utf-8-sig")


def test_a_night_that_plans_nothing_says_so(tmp_path, capsys):
    """Exit code 4, and the reason."""
    manifest = tmp_path / "m.csv"
    manifest.write_text("name,orders\nlonely,x.csv\n", encoding="utf-8")

    assert main(["batch", str(manifest), "--out", str(tmp_path / "out")]) == 4
    assert "lonely: bad_input" in capsys.readouterr().out


def test_manifests_of_every_kind_list_the_same(tmp_path):
    """CSV, a Chinese workbook and TOML; paths are those of the manifest's folder."""
    expected = [Entry("甲", orders=str(tmp_path / "o.csv"), roads="sample:wuhan", seconds=1.5, seed=7, turns=True)]
    csv, book, toml = (tmp_path / f"m.{ending}" for ending in ("csv", "xlsx", "toml"))
    csv.write_text("name,orders,roads,seconds,seed,turns\n甲,o.csv,sample:wuhan,1.5,7,yes\n", encoding="utf-8")
    sheet = openpyxl.Workbook()
    sheet.active.append(["名称", "订单文件", "路网", "秒数", "随机种子", "转弯"])
    sheet.active.append(["甲", "o.csv", "sample:wuhan", 1.5, 7, "是"])
    sheet.save(book)
    toml.write_text('[defaults]\nroads = "sample:wuhan"\nseed = 7\n'
                    '[[problem]]\nname = "甲"\norders = "o.csv"\nseconds = 1.5\nturns = true\n', encoding="utf-8")

    assert [read_manifest(path, Entry("")) for path in (csv, book, toml)] == [expected] * 3


def test_a_folder_of_folders_is_a_batch(tmp_path):
    """What a folder lacks comes from above; a folder without orders is none."""
    for name in ("b", "a", "notes"):
        (tmp_path / name).mkdir()
    for path in ("a/orders.csv", "b/orders.csv", "b/depots.csv", "depots.csv", "vehicles.csv", "city.osm.pbf"):
        (tmp_path / path).touch()

    listed = read_manifest(tmp_path, Entry(""))

    assert [(entry.name, entry.depots, entry.roads) for entry in listed] == [
        ("a", str(tmp_path / "depots.csv"), str(tmp_path / "city.osm.pbf")),
        ("b", str(tmp_path / "b" / "depots.csv"), str(tmp_path / "city.osm.pbf"))]


@pytest.mark.parametrize(("content", "said"), [
    ("orders\nx.csv\n", "column 'name': the problems table lacks this column"),
    ("name,trucks\na,b\n", "column 'trucks': is no setting of a problem"), ("name\n", "a header but no rows")])
def test_what_is_no_manifest_is_refused(tmp_path, content, said):
    """A table of something else would be a night of faults."""
    (tmp_path / "m.csv").write_text(content, encoding="utf-8")

    with pytest.raises(TableError, match=said):
        read_manifest(tmp_path / "m.csv", Entry(""))


def test_rows_that_are_wrong_do_not_cost_the_others(tmp_path):
    """Each has all its faults, with row and column; a manifest of bad rows alone is one of problems all the same."""
    (tmp_path / "m.csv").write_text("name,orders,seconds,turns\na,o.csv,-1,maybe\nb,o.csv,2,no\n,o.csv,,\n",
                                    encoding="utf-8")

    first, good, unnamed = read_manifest(tmp_path / "m.csv", Entry("", seed=4))

    assert good == Entry("b", orders=str(tmp_path / "o.csv"), seconds=2.0, seed=4)
    assert (first.name, "row 2, column 'seconds'" in first.fault, "row 2, column 'turns'" in first.fault) == (
        "a", True, True)
    assert "row 4, column 'name': is blank" in unnamed.fault


def test_the_key_is_that_of_content(tmp_path):
    """Another name or place is the same problem; a byte more, or another seed, is another."""
    for name in ("one.txt", "two.txt"):
        shutil.copy(FILES["orders"], tmp_path / name)
    one = Entry("one", orders=str(tmp_path / "one.txt"))
    key = key_of(one, {})

    assert key_of(Entry("two", orders=str(tmp_path / "two.txt")), {}) == key
    assert key_of(dataclasses.replace(one, seed=1), {}) != key
    (tmp_path / "one.txt").write_bytes((tmp_path / "one.txt").read_bytes() + b"\n")
    assert key_of(one, {}) != key


@pytest.mark.parametrize("name", ["", " ", "..", "a/b", "a\\b", "C:x", "tab\tname", "ends."])
def test_a_name_that_is_no_file_name_is_a_fault(name):
    """Results are files of that name, on every system."""
    (entry,) = settled([Entry(name, orders="x")])

    assert "name" in entry.fault
