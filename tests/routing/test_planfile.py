"""Plan files: equal after save and load, the same bytes twice, and no changed, cut or hostile file gets through."""

import dataclasses
import hashlib
import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from gisdata.network.road_network import make_network
from routing import planfile
from routing.assemble import assemble_plan, schedule
from routing.checker import check
from routing.errors import PlanFileError
from routing.model import Limit
from routing.plan import Plan, PlanGeometry
from routing.planfile import load_plan, save_plan
from routing.testing import problems


@pytest.fixture(scope="module")
def roads():
    """Two streets that cross the places of the two-stop day; named in Chinese, as roads may be."""
    nodes = pd.DataFrame({"osm_id": [1, 2, 3], "lon": [24.90, 24.94, 24.96], "lat": [60.16, 60.17, 60.18]})
    edges = pd.DataFrame({"from_id": [1, 2, 2, 3], "to_id": [2, 1, 3, 2], "length_m": [5000.0, 5000.0, 2500.0, 2500.0],
                          "highway": "primary", "name": "长江大道", "way_ids": "7",
                          "node_ids": ["1;2", "2;1", "2;3", "3;2"]})
    places = nodes.set_index("osm_id")[["lon", "lat"]]
    lines = [LineString([places.loc[a], places.loc[b]]) for a, b in edges[["from_id", "to_id"]].to_numpy()]
    return make_network(nodes, edges, np.array(lines, dtype=object), meta={"name": "two streets", "licence": "ODbL"})


@pytest.fixture(scope="module")
def traced_plan(two_stop_plan, roads):
    """The two-stop plan with a line a leg; coordinates that no decimal writes exactly."""
    d, a, b = (24.90, 60.16), (24.94 + 1 / 3e6, 60.17), (24.96, 60.18)
    lines = (LineString([d, (24.92, 60.165), a]), LineString([a, b]), LineString([b, a, d]))
    return dataclasses.replace(two_stop_plan, geometry=PlanGeometry((lines,), roads), notes=("说明", "=1+1"), seed=7)


@pytest.fixture
def saved(traced_plan, tmp_path):
    return save_plan(traced_plan, tmp_path / "a.plan")


def repacked(path, changes=None, manifest=None):
    """Write the file anew with members changed (None: left out) and hashes and seal that fit."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(members.pop("manifest.json"))
    members |= changes or {}
    members = {name: data for name, data in members.items() if data is not None}
    head |= {"sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}} | (manifest or {})
    path.write_bytes(planfile._sealed({"manifest.json": json.dumps(head).encode(), **members}))
    return path


@pytest.mark.parametrize("name", ["two_stop_plan", "mixed_plan", "night_plan", "three_day_plan", "traced_plan"])
def test_a_plan_is_equal_after_save_and_load(name, request, tmp_path):
    """Shifts over midnight, tours of days, unserved orders, penalties, infinite limits: all come back, judged alike."""
    plan = request.getfixturevalue(name)

    loaded = load_plan(save_plan(plan, tmp_path / "day.plan"))

    assert loaded == plan
    assert hash(loaded) == hash(plan)
    assert loaded.problem == plan.problem
    assert loaded.problem.orders == plan.problem.orders
    assert loaded.problem.fleet == plan.problem.fleet
    assert (loaded.routes, loaded.unserved, loaded.limit, loaded.seed, loaded.notes) == (
        plan.routes, plan.unserved, plan.limit, plan.seed, plan.notes)
    assert check(loaded) == check(plan) == []


@settings(max_examples=30)
@given(problems(max_orders=6), st.integers(0, 2**40), st.text(st.characters(exclude_categories=("Cs",))))
def test_plans_of_any_day_are_equal_after_save_and_load(tmp_path_factory, problem, seed, note):
    """Mixed rules, missing roads, nights and tours; one route an order, where a vehicle can."""
    kinds = [kind.id for kind in problem.fleet for _ in range(kind.count)]
    sequences = [(kind, [order.id]) for kind, order in zip(kinds, problem.orders, strict=False)
                 if schedule(problem, kind, [order.id])]
    plan = assemble_plan(problem, sequences, engine="test", limit=Limit(iterations=3), seed=seed, notes=[note])

    loaded = load_plan(save_plan(plan, tmp_path_factory.getbasetemp() / "any.plan"))

    assert loaded == plan
    assert (loaded.problem.orders, loaded.problem.fleet) == (problem.orders, problem.fleet)
    assert (loaded.routes, loaded.unserved, loaded.notes) == (plan.routes, plan.unserved, plan.notes)


def test_lines_and_roads_come_back_exactly(saved, traced_plan):
    """Every coordinate to the last bit, every tag of the roads."""
    loaded = load_plan(saved)

    assert loaded.geometry.legs == traced_plan.geometry.legs
    assert loaded.geometry.roads.digest == traced_plan.geometry.roads.digest
    for old, new in zip(traced_plan.to_frames(), loaded.to_frames(), strict=True):
        pd.testing.assert_frame_equal(old, new)


def test_the_same_plan_gives_the_same_bytes(saved, traced_plan, tmp_path):
    """Wherever it is written; the folder is made."""
    again = save_plan(traced_plan, tmp_path / "目录 with space" / "计划.plan")

    assert saved.read_bytes() == again.read_bytes()
    assert [file.name for file in again.parent.iterdir()] == ["计划.plan"]


@pytest.mark.parametrize("name", ["mixed_plan", "three_day_plan"])
def test_a_loaded_plan_gives_the_same_bytes(name, request, tmp_path):
    """So that a plan can be passed on and compared by its file."""
    file = save_plan(request.getfixturevalue(name), tmp_path / "a.plan")

    assert save_plan(load_plan(file), tmp_path / "b.plan").read_bytes() == file.read_bytes()


def test_equal_plans_of_numpy_numbers_give_the_same_bytes(two_stop_plan, tmp_path):
    """Numbers from an engine may be numpy's."""
    (route,) = two_stop_plan.routes
    visits = tuple(dataclasses.replace(v, arrival_s=np.int64(v.arrival_s), end_s=np.int32(v.end_s))
                   for v in route.visits)
    twin = dataclasses.replace(two_stop_plan, routes=(dataclasses.replace(
        route, visits=visits, cost=np.float64(route.cost), distance_m=np.int64(route.distance_m)),), seed=np.int64(0))

    files = [save_plan(plan, tmp_path / name) for plan, name in ((two_stop_plan, "a.plan"), (twin, "b.plan"))]

    assert files[0].read_bytes() == files[1].read_bytes()


def test_any_changed_byte_is_refused(saved):
    """Bits flipped at 200 places all over the file, the zip's own bookkeeping included."""
    good = saved.read_bytes()
    for place in np.linspace(0, len(good) - 1, 200).astype(int):
        bad = bytearray(good)
        bad[place] ^= 0x10
        saved.write_bytes(bad)
        with pytest.raises(PlanFileError):
            load_plan(saved)


def test_a_file_cut_short_or_lengthened_is_refused(saved):
    """As a full disk or a broken download leaves it."""
    good = saved.read_bytes()
    for length in np.linspace(0, len(good) - 1, 60).astype(int):
        saved.write_bytes(good[:length])
        with pytest.raises(PlanFileError):
            load_plan(saved)
    saved.write_bytes(good + b"\0")
    with pytest.raises(PlanFileError, match="cut short or changed"):
        load_plan(saved)


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_do_anything_but_be_refused(tmp_path_factory, content, zipped):
    """Arbitrary content, also behind the mark of a zip file."""
    file = tmp_path_factory.mktemp("any") / "any.plan"
    file.write_bytes(b"PK\x03\x04" * zipped + content)
    with pytest.raises(PlanFileError):
        load_plan(file)


def test_what_is_no_plan_file_is_named(tmp_path, roads):
    """A missing file, a folder, a text, another zip, and an empty file each get their own words."""
    other = tmp_path / "other.plan"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "a")
    sealed = tmp_path / "sealed.plan"
    sealed.write_bytes(planfile._sealed({"a.txt": b"a"}))
    for name, content in (("text.plan", b"orders"), ("empty.plan", b"")):
        (tmp_path / name).write_bytes(content)

    for name, message in (("none.plan", "there is no such file"), (".", "folder"), ("text.plan", "is not a plan file"),
                          ("empty.plan", "is empty"), ("other.plan", "not a plan file"),
                          ("sealed.plan", "a zip file, but not a plan file")):
        with pytest.raises(PlanFileError, match=message):
            load_plan(tmp_path / name)


def test_a_later_version_is_refused_with_the_remedy(saved):
    """Only the manifest is looked at."""
    with pytest.raises(PlanFileError, match=r"version 2 of the plan format.*reads version 1.*Update"):
        load_plan(repacked(saved, manifest={"version": 2}))


@pytest.mark.parametrize("member", ["problem.json", "plan.json", "matrices/0/duration_s.npy", "legs.parquet",
                                    "roads.roads"])
def test_a_changed_member_is_refused_and_named(saved, member):
    """A hash in the manifest that does not fit its member, in a file that is sealed anew."""
    with zipfile.ZipFile(saved) as archive:
        hashes = json.loads(archive.read("manifest.json"))["sha256"] | {member: "0" * 64}

    with pytest.raises(PlanFileError, match=f"{member} was changed"):
        load_plan(repacked(saved, manifest={"sha256": hashes}))


@pytest.mark.parametrize("member", ["problem.json", "plan.json", "matrices/0/distance_m.npy", "roads.roads"])
def test_a_missing_member_is_refused_and_named(saved, member):
    """Left out of archive and manifest alike."""
    with pytest.raises(PlanFileError, match=f"lacks {member}"):
        load_plan(repacked(saved, {member: None}))


def npy(array, **kwargs):
    buffer = io.BytesIO()
    np.save(buffer, array, **kwargs)
    return buffer.getvalue()


@pytest.mark.parametrize("matrix", [
    npy(np.array([{"a": 1}], dtype=object), allow_pickle=True),
    npy(np.zeros((3, 3))), npy(np.zeros((2, 2), dtype="<i4")), npy(np.zeros((3, 3), dtype=">i4")),
    npy(np.zeros((3, 3), dtype="<i4"))[:-1], npy(np.zeros((3, 3), dtype="<i4")), b"", b"\x93NUMPY",
    npy(np.zeros((3, 3), dtype="<i4")).replace(b"(3, 3)", b"(9999999, 9999999)"), bytes(10_000),
], ids=["pickle", "floats", "too small", "big-endian", "cut short", "other numbers", "empty", "no header", "huge claim",
        "too long"])
def test_a_hostile_matrix_is_refused(saved, matrix):
    """Its hash fits, so only its content can tell."""
    with pytest.raises(PlanFileError):
        load_plan(repacked(saved, {"matrices/0/duration_s.npy": matrix}))


@pytest.mark.parametrize(("member", "old", "new"), [
    ("plan.json", b'"cost":100.4', b'"cost":1.4'),
    ("plan.json", b'"seed":7', b'"seed":"x"'),
    ("plan.json", b'"routes":', b'"roots":'),
    ("plan.json", b'"order":"A"', b'"ordre":"A"'),
    ("problem.json", b'"weight_kg":60.0', b'"weight_kg":6.0'),
    ("problem.json", b'"weight_kg":60.0', b'"weight_kg":-1'),
    ("problem.json", b'"weight_kg":60.0', b'"weight_kg":NaN'),
    ("problem.json", b'"window":{', b'"window":{"x":1,'),
    ("problem.json", b'"payload_kg"', b'"payload_t"'),
    ("problem.json", b'"depots":[', b'"depots":["D",'),
    ("problem.json", b"{", b"["),
    ("legs.parquet", b"PAR1", b"PAR2"),
])
def test_a_record_that_makes_no_sense_is_refused(saved, member, old, new):
    """Forged with fitting hashes; never anything but a PlanFileError."""
    with zipfile.ZipFile(saved) as archive:
        data = archive.read(member)
    assert old in data

    with pytest.raises(PlanFileError, match=r"usable plan"):
        load_plan(repacked(saved, {member: data.replace(old, new)}))


def test_lines_of_other_routes_are_refused(saved, traced_plan):
    """As many lines as legs, but numbered otherwise."""
    forged = dataclasses.replace(traced_plan.geometry, legs=((*traced_plan.geometry.legs[0][:2],),
                                                              (traced_plan.geometry.legs[0][2],)))

    with pytest.raises(PlanFileError, match="not those of the routes"):
        load_plan(repacked(saved, {"legs.parquet": planfile._legs(forged)}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(saved, monkeypatch):
    """60 MB of blanks pack into 60 kB; nothing of it may be read."""
    bomb = repacked(saved, {"plan.json": b" " * 60_000_000})
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("a member was read"))

    with pytest.raises(PlanFileError, match=r"unpacks to 0\.1 GB"):
        load_plan(bomb)


def test_the_reader_may_set_a_lower_limit(saved):
    """In bytes, over all members."""
    with pytest.raises(PlanFileError, match="max_bytes=1000"):
        load_plan(saved, max_bytes=1000)


def test_a_plan_with_junk_is_not_written(two_stop_plan, tmp_path):
    """The old file stays as it was, and nothing is left beside it."""
    file = save_plan(two_stop_plan, tmp_path / "a.plan")
    before = file.read_bytes()
    (route,) = two_stop_plan.routes
    junk = Plan(two_stop_plan.problem, (dataclasses.replace(route, cost=float("nan")),), limit=Limit(seconds=1))

    with pytest.raises(PlanFileError, match="no figure"):
        save_plan(junk, file)

    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_wide_numbers_keep_their_width(two_stop_plan, tmp_path):
    """Beyond 2**31 a matrix is written with 64 bits."""
    problem = two_stop_plan.problem
    wide = dataclasses.replace(problem.matrices[0], distance_m=problem.matrices[0].distance_m * 10**6)
    plan = dataclasses.replace(two_stop_plan, problem=dataclasses.replace(problem, matrices=(wide,)))

    assert load_plan(save_plan(plan, tmp_path / "wide.plan")) == plan
