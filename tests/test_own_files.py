"""A company's own file, as bad as real ones, becomes a plan, a map and a dispatch sheet; what is private stays out."""

import csv
import sqlite3
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

import gisdata
import routing
from gisdata.network.measure import great_circle_m
from gisdata.opened import open_table
from routing import Limit

FLEET = pd.DataFrame({"id": ["10 吨车"], "count": [250], "payload_kg": [10_000.0], "volume_m3": [60.0],
                      "profile": ["van"], "shift_begin": ["00:00"], "shift_end": ["12:00+1"], "cost_per_km": [1.0]})
LOST = ["12 Rue de France, 06000 Nice", "5 Rue Inexistante, 98000 Monaco", "上海市南京路1号"]
PRIVATE = {"身份证号": "11010519491231002X", "联系电话": "13812345678", "银行账号": "6222020200112233445"}


@pytest.fixture(scope="module")
def monaco():
    return gisdata.load_sample("monaco")


@pytest.fixture(scope="module")
def known():
    """Addresses that stand once in the extract, in its order."""
    points = gisdata.address_points(gisdata.sample_path("monaco") / "monaco.osm.pbf")
    addresses = points[points["kind"] == "address"]
    return points, addresses[~addresses.duplicated(["number", "street"], keep=False)].reset_index(drop=True)


def planted_places(known, count, seed):
    """Return (name, address, lon, lat) for each order, and the customer master that half of them need.

    Of ten orders five name a customer (of these one in full-width letters), four give an address, one is nowhere.
    """
    rng = np.random.default_rng(seed)
    places, master = [], []
    for at in range(count):
        point = known.iloc[int(rng.integers(len(known)))]
        lon, lat = point.geometry.x, point.geometry.y
        if at % 10 == 9:
            places.append(("", LOST[at // 10 % len(LOST)], None, None))
        elif at % 2:
            town = " ".join(filter(None, (point["postcode"], point["town"])))
            places.append(("", ", ".join(filter(None, (f"{point['number']} {point['street']}", town))), lon, lat))
        else:
            master.append((f"K{at}", f"Kunde {at:04d} GmbH", lon, lat))
            written = "ＫＵＮＤＥ　{:04d}  ＧｍｂＨ" if at % 10 == 4 else "Kunde {:04d} GmbH"
            places.append((written.format(at), "", lon, lat))
    return places, pd.DataFrame(master, columns=["id", "name", "lon", "lat"])


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.long)])
def test_an_ugly_file_becomes_a_plan_a_map_and_a_dispatch_sheet(tmp_path, messy, monaco, known, count):
    """GB18030, Chinese headers, no coordinates: every row is placed with a grade or listed with its cell."""
    points, unique = known
    places, master = planted_places(unique, count, seed=count)
    bad = messy.messy_orders(5, count, places=places)
    path = messy.write_csv(bad, tmp_path / "发货 明细.csv")
    with pytest.raises(UnicodeDecodeError):
        path.read_text(encoding="utf-8")

    opened = open_table(path, "orders", placed=False)
    placed = gisdata.place_orders(opened.frame, customers=master, addresses=points, roads=monaco.roads,
                                  cell_of=opened.cell_of)
    problem = routing.build_problem(placed.orders, monaco.depots.assign(open=0, close=36 * 3600), FLEET, monaco.roads)
    plan = routing.solve(problem, Limit(iterations=30))
    routing.write_map(plan, tmp_path / "map.html")
    routing.write_dispatch_sheet(plan, tmp_path / "派车单.xlsx")

    assert_truth_is_recovered(bad, opened)
    assert_every_row_is_placed_or_listed(bad, places, placed)
    assert routing.check(plan) == []
    sheet = {str(cell) for row in openpyxl.load_workbook(tmp_path / "派车单.xlsx").worksheets[1].values for cell in row}
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    served = {visit.order for route in plan.routes for visit in route.visits}
    off_road = {left.order for left in plan.unserved if left.reason == "no_road"}  # an address on steps, say
    assert served | off_road == set(placed.orders["id"])
    assert len(off_road) <= 0.01 * count
    assert served <= sheet
    assert all(order in page for order in served)


def assert_truth_is_recovered(bad, opened):
    """All cells come back as planted; at least 99 % of those that had to be repaired are listed."""
    wrong = [(at, field) for at, truth in enumerate(bad.truth) for field, value in truth.items()
             if opened.frame.loc[at, field] != (value if field == "id" else pytest.approx(value, rel=1e-9))]
    changes = opened.repairs.to_frame()
    first = len(bad.title) + len(bad.headers) + 1
    listed = set(zip(changes["row"] - first, changes["field"], strict=True))
    planted = {(at, field) for at, field, text in bad.planted if not text.isascii()}
    assert wrong == []
    assert len(planted) > 2 * len(bad.truth)
    assert len(planted & listed) >= 0.99 * len(planted)


def assert_every_row_is_placed_or_listed(bad, places, placed):
    """A placed row is where it was planted or says how far off it may be; a listed one names its cell in the file."""
    lost = {at for at, place in enumerate(places) if place[2] is None}
    orders, unplaced = placed.orders, placed.unplaced
    assert sorted([*orders.index, *unplaced["row"]]) == list(range(len(places)))
    assert lost <= set(unplaced["row"])
    lon, lat = (np.array([places[at][column] for at in orders.index], dtype=float) for column in (2, 3))
    off_m = great_circle_m(orders["lon"].to_numpy(), orders["lat"].to_numpy(), lon, lat)
    grades = orders["placed_by"]
    assert (off_m <= orders["uncertainty_m"].fillna(0).to_numpy() + 0.1).all()
    exact = grades.str.startswith("customer") | (grades == "address")
    assert exact.sum() >= 0.99 * (len(places) - len(lost))
    header = bad.headers[0]
    for line in unplaced.to_dict("records"):
        column = chr(ord("A") + header.index("收货地址"))
        assert line["cell"] == f"{column}{line['row'] + len(bad.title) + len(bad.headers) + 1}"
        assert line["value"] == places[line["row"]][1]
        assert line["reason"]


@pytest.fixture(scope="module")
def private_plan(tmp_path_factory, monaco):
    """A plan made from a file with an id card, a telephone and an account in columns of their own, and that file."""
    path = tmp_path_factory.mktemp("private") / "订单.csv"
    orders = monaco.orders.head(8)
    with path.open("w", encoding="gb18030", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["订单号", "经度", "纬度", "重量(千克)", "客户名称", *PRIVATE])
        for row in orders.to_dict("records"):
            writer.writerow([row["id"], row["lon"], row["lat"], row["weight_kg"], "客户甲", *PRIVATE.values()])
    opened = open_table(path, "orders")
    problem = routing.build_problem(opened.frame, monaco.depots, FLEET, monaco.roads, day="2026-03-02")
    return routing.solve(problem, Limit(iterations=10)), opened.frame


def everything_in(path):
    """Return all text of a file or folder: archives unpacked, databases read cell by cell."""
    if path.is_dir():
        return "\n".join(everything_in(file) for file in sorted(path.iterdir()))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    text = path.read_bytes().decode("utf-8", "replace")
    if path.suffix == ".gpkg":
        base = sqlite3.connect(path)
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                  if not name.startswith("rtree_")]
        text += "\n".join(str(row) for name in tables for row in base.execute(f'SELECT * FROM "{name}"'))  # noqa: S608
        base.close()
    return text


WRITERS = {
    "a.plan": routing.save_plan, "map.html": routing.write_map, "tables.xlsx": routing.write_tables,
    "tables": routing.write_tables, "plan.gpkg": routing.write_geopackage, "plan.geojson": routing.write_geojson,
    "gpx": routing.write_gpx, "派车单.xlsx": routing.write_dispatch_sheet,
}


@pytest.mark.parametrize("name", WRITERS)
def test_private_numbers_never_get_into_what_is_written(tmp_path, private_plan, name):
    """Not the number of an id card, a telephone or an account; the orders themselves are there."""
    plan, frame = private_plan
    assert all((frame == number).any(axis=None) for number in PRIVATE.values())

    WRITERS[name](plan, tmp_path / name)

    text = everything_in(tmp_path / name)
    assert plan.routes[0].visits[0].order in text
    assert [number for number in PRIVATE.values() if number in text] == []


def test_private_numbers_are_written_when_asked_for_by_name(tmp_path, private_plan):
    """The telephone that a driver needs, and nothing else."""
    plan, frame = private_plan
    phone = next(name for name in frame.columns if (frame[name] == PRIVATE["联系电话"]).all())

    routing.write_dispatch_sheet(plan, tmp_path / "派车单.xlsx", orders=frame, columns=[phone])

    text = everything_in(tmp_path / "派车单.xlsx")
    assert [number in text for number in PRIVATE.values()] == [False, True, False]
