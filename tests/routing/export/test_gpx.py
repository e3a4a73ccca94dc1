"""One GPX file a vehicle: what a navigation device reads, and where the files lie."""

import csv
import xml.etree.ElementTree as ET

import pytest

from gisdata.escape import plain_text, restore_cell
from routing.export import write_gpx
from routing.plan import Plan

SPACE = {"gpx": "http://www.topografix.com/GPX/1/1"}


def parsed(path):
    return ET.parse(path).getroot()  # noqa: S314 (our own file)


def texts(root, path):
    return [element.text for element in root.findall(path, SPACE)]


@pytest.fixture(scope="module")
def folder(traced_plan, tmp_path_factory):
    """`traced_plan` as GPX files."""
    folder = tmp_path_factory.mktemp("out") / "司机 gpx"
    write_gpx(traced_plan, folder)
    return folder


def test_a_file_for_each_vehicle_and_an_index(folder):
    """The index says whose file is whose, since names lose what file systems do not allow."""
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [(row["vehicle"], row["file"], row["stops"], row["distance_km"]) for row in rows] == [
        ("van#1", "van_1.gpx", "2", "20.000"), ("reefer#1", "reefer_1.gpx", "2", "20.000")]
    assert {file.name for file in folder.iterdir()} == {"van_1.gpx", "reefer_1.gpx", "index.csv"}


def test_stops_stand_in_the_order_of_driving(folder):
    """The reefer drives S, T, R and back to S."""
    root = parsed(folder / "reefer_1.gpx")

    assert texts(root, "gpx:rte/gpx:rtept/gpx:name") == ["Depot S", "1 T", "2 R", "Depot S"]
    assert texts(root, "gpx:wpt/gpx:name") == ["Depot S", "1 T", "2 R"]
    assert [(point.get("lat"), point.get("lon")) for point in root.findall("gpx:wpt", SPACE)] == [
        ("30.600000", "114.600000"), ("30.600000", "114.560000"), ("30.600000", "114.500000")]


def test_stop_tells_the_driver_when_and_what(folder):
    """R: arrives 06:29, waits 31 min for 07:00, 30 min of service, 1,500 kg and 2 pallets."""
    about = texts(parsed(folder / "reefer_1.gpx"), "gpx:wpt/gpx:desc")[2].replace("\N{NO-BREAK SPACE}", " ")

    assert about.splitlines() == [
        "Vehicle: reefer#1, stop 2 of 2", "Arrives: 06:29", "Waits: 31 min", "Service: 07:00 to 07:30 (30 min)",
        "Window: 07:00-09:00", "Delivers: 1,500 kg, 2 pallets", "Then aboard: nothing"]


def test_track_has_a_segment_for_each_leg(folder):
    """Depot, two stops, depot: three legs."""
    root = parsed(folder / "van_1.gpx")

    assert len(root.findall("gpx:trk/gpx:trkseg", SPACE)) == 3


def test_straight_lines_are_no_track(mixed_plan, tmp_path):
    """Nobody can drive them; the route's points are enough."""
    write_gpx(mixed_plan, tmp_path)

    root = parsed(tmp_path / "van_1.gpx")
    assert root.findall("gpx:trk", SPACE) == []
    assert len(root.findall("gpx:rte/gpx:rtept", SPACE)) == 4


def test_parts_stand_in_the_order_of_the_schema(folder):
    """GPX 1.1 is a sequence: metadata, wpt, rte, trk; and within a point: name, desc, type."""
    root = parsed(folder / "van_1.gpx")
    kinds = [child.tag.split("}")[1] for child in root]

    assert list(dict.fromkeys(kinds)) == ["metadata", "wpt", "rte", "trk"]
    assert [child.tag.split("}")[1] for child in root.find("gpx:wpt", SPACE)] == ["name", "desc", "type"]
    assert root.tag == "{http://www.topografix.com/GPX/1/1}gpx"
    assert root.get("version") == "1.1"
    assert root.get("creator")


def test_nasty_vehicle_names_stay_inside_the_folder(nasty_plan, nasty_texts, tmp_path):
    """As many files as vehicles, all in the folder, no two alike where case does not count; each names its vehicle."""
    write_gpx(nasty_plan, tmp_path / "gpx")

    files = sorted((tmp_path / "gpx").glob("*.gpx"))
    assert len({file.name.casefold() for file in files}) == len(files) == len(nasty_texts)
    written = {file for file in tmp_path.rglob("*") if file.is_file()}
    assert written == {*files, tmp_path / "gpx/index.csv"}
    assert sorted(texts(parsed(file), "gpx:metadata/gpx:name")[0] for file in files) == sorted(
        plain_text(text) for text in nasty_texts)


def test_index_can_be_read_back(nasty_plan, nasty_texts, tmp_path):
    """Vehicles that a spreadsheet would take for formulas are restored by the documented rule."""
    write_gpx(nasty_plan, tmp_path)
    with (tmp_path / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]

    assert [restore_cell(row[0]) for row in rows] == [plain_text(text) for text in nasty_texts]
    assert not [row for row in rows if row[0].startswith(("=", "+", "-", "@", "\t"))]


def test_routes_of_an_earlier_plan_are_removed(traced_plan, mixed_problem, tmp_path):
    """A vehicle that stays at home today must not find yesterday's route; other files stay."""
    write_gpx(traced_plan, tmp_path)
    (tmp_path / "mine.gpx").write_text("mine", encoding="utf-8")

    write_gpx(Plan(mixed_problem, traced_plan.routes[:1]), tmp_path)

    assert {file.name for file in tmp_path.iterdir()} == {"van_1.gpx", "index.csv", "mine.gpx"}


def test_forged_index_removes_nothing_outside(traced_plan, tmp_path):
    """Only plain GPX names in the folder itself are taken from an old index."""
    (tmp_path / "keep.gpx").write_text("mine", encoding="utf-8")
    (tmp_path / "gpx").mkdir()
    (tmp_path / "gpx/notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "gpx/index.csv").write_text(f"vehicle,file\na,../keep.gpx\nb,{tmp_path / 'keep.gpx'}\nc,notes.txt\n",
                                            encoding="utf-8")

    write_gpx(traced_plan, tmp_path / "gpx")

    assert (tmp_path / "keep.gpx").exists()
    assert (tmp_path / "gpx/notes.txt").exists()
