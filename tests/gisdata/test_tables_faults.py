"""Faults planted in tables: each is found, in its row and column, with its value, and all of them at once."""

import csv

import geopandas
import openpyxl
import pandas as pd
import pytest

from gisdata import check_orders, read_orders, read_pieces, read_vehicles
from gisdata.errors import InputFileError, MissingColumnError, TableError

GOOD = {
    "orders": {"id": "A", "lon": "7.42", "lat": "43.73"},
    "pieces": {"order": "A", "id": "P", "length_m": "1.2", "width_m": "0.8", "height_m": "1"},
    "vehicles": {"id": "van", "count": "2"},
}
READ = {"orders": read_orders, "pieces": read_pieces, "vehicles": read_vehicles}


def table(path, rows):
    headers = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, headers, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def faults_of(read, path, **options):
    with pytest.raises(TableError) as caught:
        read(path, **{"repair": False, **options})
    return caught.value.faults


# (table, column, cell, reason, what the remedy says); planted in row 3 of a file with good rows around it
PLANTED = [
    ("orders", "id", "", "is blank", "required"),
    ("orders", "id", " \u3000 ", "is blank", "required"),
    ("orders", "id", "A\nB", "holds a line break or a control character", "one line"),
    ("orders", "id", "x" * 201, "is longer than 200 letters", "Shorten"),
    ("orders", "id", "1.23457E+17", "is a long number that a spreadsheet has shortened; its last digits are lost",
     "as text"),
    ("orders", "id", "#N/A", "is an error of a formula", "Correct the formula"),
    ("orders", "lon", "", "is blank", "Fill it in in degrees"),
    ("orders", "lon", "east", "is not a number", "a number of degrees"),
    ("orders", "lon", "7°25'", "is not a number", "a number of degrees"),
    ("orders", "lon", "181", "is above 180 degrees", "WGS 84"),
    ("orders", "lon", "826000.5", "is above 180 degrees", "metres of a projection must be converted"),
    ("orders", "lat", "-91", "is below -90 degrees", "lon and lat look swapped: write lon -91, lat 7.42"),
    ("orders", "lat", "114.3", "is above 90 degrees", "lon and lat look swapped: write lon 114.3, lat 7.42"),
    ("orders", "weight_kg", "NaN", "is not a number", "a finite number"),
    ("orders", "weight_kg", "-inf", "is not a number", "a finite number"),
    ("orders", "weight_kg", "NA", "is not a number", "leave the cell blank"),
    ("orders", "weight_kg", "1e309", "is too large a number", "kg"),
    ("orders", "weight_kg", "-0.5", "is below 0 kg", "at least 0"),
    ("orders", "weight_kg", "100001", "is above 100,000 kg", "another unit"),
    ("orders", "weight_kg", "1_000", "is not a number", "a number of kg"),
    ("orders", "weight_kg", "1,000", "is not a number", "decimal point and no separator"),
    ("orders", "weight_kg", "5,3", "is not a number", "decimal point and no separator"),
    ("orders", "weight_kg", "5 kg", "is not a number", "the number alone, in kg"),
    ("orders", "weight_kg", "5吨", "is not a number", "the number alone, in kg"),
    ("orders", "weight_kg", "0x10", "is not a number", "kg"),
    ("orders", "weight_kg", "１２", "is not a number", "plain digits: 12"),
    ("orders", "weight_kg", "٣", "is not a number", "plain digits|a number of kg"),
    ("orders", "volume_m3", "1001", "is above 1,000 m³", "another unit"),
    ("orders", "service_min", "1441", "is above 1,440 min", "another unit"),
    ("orders", "penalty", "-1", "is below 0 currency", "at least 0"),
    ("orders", "demand_pallets", "two", "is not a number", "a number"),
    ("orders", "window_begin", "8", "is a number, not a clock time", "write 08:00"),
    ("orders", "window_begin", "6.5", "is a number, not a clock time", "write 06:30"),
    ("orders", "window_begin", "00:00:08", "is 8 s after midnight", "write 08:00"),
    ("orders", "window_begin", "8:00 AM", "is not a clock time", "HH:MM"),
    ("orders", "window_begin", "25:61", "is not a clock time", "HH:MM"),
    ("orders", "window_end", "999:00", "is more than 31 days after midnight", "HH:MM"),
    ("orders", "skills", "cold,crane", "holds a separator other than ;", "cold;crane"),
    ("orders", "name", "x" * 2001, "is longer than 2000 letters", "Shorten"),
    ("pieces", "count", "1.5", "is not a whole number", "a whole number"),
    ("pieces", "count", "0", "is below 1 pieces", "at least 1"),
    ("pieces", "length_m", "0", "is not above 0 m", "more than 0"),
    ("pieces", "length_m", "120", "is above 30 m", "another unit"),
    ("pieces", "stackable", "maybe", "is neither yes nor no", "yes or no"),
    ("vehicles", "count", "-1", "is below 0 vehicles", "at least 0"),
    ("vehicles", "payload_kg", "0", "is not above 0 kg", "more than 0"),
    ("vehicles", "payload_kg", "inf", "is not a number", "leave the cell blank"),
    ("vehicles", "axles", "two", "is not a number", "axles"),
    ("vehicles", "max_hours", "-8", "is not above 0 h", "more than 0"),
]


@pytest.mark.parametrize(("name", "column", "cell", "reason", "remedy"), PLANTED,
                         ids=[f"{p[0]}-{p[1]}-{p[2][:12]!r}" for p in PLANTED])
def test_planted_fault_is_found_in_its_cell(tmp_path, name, column, cell, reason, remedy):
    """Alone among good rows: exactly one fault, with file, row, column, value, reason and remedy."""
    good, key = GOOD[name], "id"
    rows = [{**good, key: f"{good[key]}{n}"} for n in range(3)]
    rows[1][column] = cell
    path = table(tmp_path / "表 1.csv", rows)

    (fault,) = faults_of(READ[name], path)

    assert (fault.file, fault.row, fault.column, fault.reason) == (str(path), 3, column, reason)
    assert fault.value == cell.strip()[:200]
    assert any(part in fault.remedy for part in remedy.split("|"))


def test_all_faults_come_at_once_in_file_order(tmp_path):
    """Nine faults of nine kinds, one of them below 12,000 good rows, in one error."""
    rows = [{"id": f"O{n}", "lon": 7.42, "lat": 43.73, "weight_kg": 5, "window_begin": "08:00", "window_end": "12:00"}
            for n in range(12_000)]
    rows[0]["lon"] = "x"
    rows[0]["weight_kg"] = "-1"
    rows[1]["id"] = ""
    rows[2] |= {"window_begin": "12:00", "window_end": "08:00"}
    rows[3]["id"] = "O2"
    rows[4] |= {"lon": 0, "lat": 0}
    rows[5] |= {"lon": 43.73, "lat": 7.42}
    rows[6] |= {name: name for name in rows[6]}
    rows[11_999]["window_end"] = "noon"

    faults = faults_of(read_orders, table(tmp_path / "a.csv", rows))

    assert [(fault.row, fault.column, fault.reason) for fault in faults] == [
        (2, "lon", "is not a number"),
        (2, "weight_kg", "is below 0 kg"),
        (3, "id", "is blank"),
        (4, "window_end", "is before 'window_begin' (12:00)"),
        (5, "id", "repeats row 4"),
        (6, "lon", "is 0, and so is lat: a point in the sea off Africa"),
        (7, "lon", "lies far from the other rows, and among them with lon and lat swapped"),
        (8, "", "repeats the header"),
        (12_001, "window_end", "is not a clock time"),
    ]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    """Blank rows and cells of several lines count as a spreadsheet counts them."""
    path = tmp_path / "a.csv"
    path.write_text('\nid,lon,lat,address\nA,7.4,43.7,"two\nlines"\n\n,,,\nB,x,43.7,\n', encoding="utf-8")

    (fault,) = faults_of(read_orders, path)

    assert (fault.row, fault.value) == (6, "x")


def test_fault_in_excel_names_sheet_and_row(tmp_path):
    """The title row is missing on purpose: a blank first row must not shift the numbers."""
    book = openpyxl.Workbook()
    book.active.title = "五月"
    for row in ([None], ["id", "lon", "lat"], ["A", 7.4, 43.7], [None, None, None], ["B", "#REF!", 43.7]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")

    (fault,) = faults_of(read_orders, tmp_path / "a.xlsx")

    assert (fault.sheet, fault.row, fault.column, fault.value) == ("五月", 5, "lon", "#REF!")


def test_long_number_in_excel_is_refused_as_an_id(tmp_path):
    """Excel keeps 15 digits: an 18-digit order number typed as a number is already wrong in the file."""
    book = openpyxl.Workbook()
    for row in (["id", "lon", "lat"], [1.23456789012345e17, 7.4, 43.7]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")

    (fault,) = faults_of(read_orders, tmp_path / "a.xlsx")

    assert "its last digits are lost" in fault.reason


def test_formula_without_a_value_is_a_fault_not_a_blank(tmp_path):
    """Written by a program and never computed: a weight of 0 would be wrong without a word."""
    book = openpyxl.Workbook()
    for row in (["id", "lon", "lat", "weight_kg"], ["A", 7.4, 43.7, "=2*500"], ["=B1", 7.4, 43.7, 5]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")

    faults = faults_of(read_orders, tmp_path / "a.xlsx")

    assert [(fault.row, fault.column, fault.reason) for fault in faults] == [
        (2, "weight_kg", "is a formula without a value"), (3, "id", "is a formula without a value")]


def test_fault_in_a_geopackage_names_the_fid(tmp_path):
    """As the attribute table of a desktop GIS shows it."""
    frame = geopandas.GeoDataFrame({"id": ["A", "B", "C"], "weight_kg": [1.0, -1.0, 2.0]},
                                   geometry=geopandas.points_from_xy([7.4] * 3, [43.7] * 3), crs=4326)
    frame.to_file(tmp_path / "a.gpkg", layer="orders")

    (fault,) = faults_of(read_orders, tmp_path / "a.gpkg")

    assert (fault.sheet, fault.row, fault.column, fault.value) == ("orders", 2, "weight_kg", "-1")


def test_geometry_faults_are_named_by_feature(tmp_path):
    """A polygon, no geometry, coordinates that are text or not finite, a position that contradicts its own columns."""
    geometries = [
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}', "null",
        '{"type": "Point", "coordinates": ["a", 1]}', '{"type": "Point", "coordinates": [NaN, 1]}',
        '{"type": "Point", "coordinates": [1e400, 1]}', '{"type": "Point", "coordinates": [7.5, 43.7]}',
        '{"type": "Point", "coordinates": []}',
    ]
    columns = ["", "", "", "", "", ', "lon": 7.4, "lat": 43.7', ""]
    features = ", ".join(f'{{"type": "Feature", "properties": {{"id": "{n}"{extra}}}, "geometry": {geometry}}}'
                         for n, (geometry, extra) in enumerate(zip(geometries, columns, strict=True), start=1))
    (tmp_path / "a.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}', encoding="utf-8")

    faults = faults_of(read_orders, tmp_path / "a.geojson")

    assert [(fault.row, fault.column, fault.reason) for fault in faults] == [
        (1, "geometry", "is a Polygon, not a point"),
        (2, "lon", "is blank"), (2, "lat", "is blank"),
        (3, "geometry", "has coordinates that are no numbers"),
        (4, "geometry", "has coordinates that are no numbers"),
        (5, "geometry", "lies outside its reference system"),
        (6, "lon", "disagrees with the geometry, which lies at 7.500000"),
        (7, "lon", "is blank"), (7, "lat", "is blank"),
    ]


def test_missing_columns_suggest_what_was_meant(tmp_path):
    """Every missing column, what the file has, and which header to rename; cells of other columns are checked too."""
    path = table(tmp_path / "a.csv", [{"order id": "A", "longitude": "7", "LAT": "43", "weight_kg": "x"}])

    with pytest.raises(MissingColumnError) as caught:
        read_orders(path, repair=False)

    assert [(f.row, f.column, f.remedy.partition(". ")[2]) for f in caught.value.faults[:3]] == [
        (1, "id", "Rename 'order id' to 'id'?"),
        (1, "lon", "Rename 'longitude' to 'lon'?"),
        (1, "lat", "Rename 'LAT' to 'lat'?"),
    ]
    assert caught.value.faults[0].remedy.startswith("It has: order id, longitude, LAT, weight_kg.")
    assert (caught.value.faults[3].column, caught.value.faults[3].row) == ("weight_kg", 2)


@pytest.mark.parametrize("header", ["weight", "Weight_kg", "weight (kg)", "重量", "重量（千克）", "wieght_kg"])
def test_column_that_is_nearly_known_is_not_ignored(tmp_path, header):
    """Without this, every order of the file would weigh nothing."""
    (fault,) = faults_of(read_orders, table(tmp_path / "a.csv", [{**GOOD["orders"], header: "5"}]))

    assert (fault.row, fault.column) == (1, header)
    assert "Rename it to 'weight_kg'" in fault.remedy


@pytest.mark.parametrize(("header", "cell", "meant"), [
    ("time_window_start", "08:00", "'window_begin' or 'window_end'"), ("service time", "5", "'service_min'"),
    ("begin", "8", "'window_begin'"), ("Skill", "cold", "'skills'"), ("demand", "3", "demand_<name>"),
])
def test_column_that_would_change_the_plan_is_not_ignored(tmp_path, header, cell, meant):
    """A word in common with a missing column, and cells that would fit: surely meant."""
    (fault,) = faults_of(read_orders, table(tmp_path / "a.csv", [{**GOOD["orders"], header: cell}]))

    assert (fault.column, meant in fault.remedy) == (header, True)


@pytest.mark.parametrize(("header", "cell"), [
    ("phone", "5"), ("district", "5"), ("备注", "5"), ("address2", "5"), ("weight_class", "heavy"),
    ("service_level", "gold"), ("pieces", "5"),
])
def test_column_of_another_meaning_is_no_fault(tmp_path, header, cell):
    """A column that is known, that has no like, or whose cells would not fit where its name does."""
    orders = read_orders(table(tmp_path / "a.csv", [{**GOOD["orders"], header: cell}]))

    assert str(orders[header].item()).removesuffix(".0") == cell


def test_control_characters_of_a_header_stay_out_of_the_message(tmp_path):
    """A header could otherwise move the cursor, colour the terminal, or forge a line."""
    (tmp_path / "a.csv").write_text('id,lon,"\x1b[31mlat\n2 faults"\nA,7,43\n', encoding="utf-8")

    with pytest.raises(MissingColumnError) as caught:
        read_orders(tmp_path / "a.csv")

    assert str(caught.value).replace("\n", "", 1).isprintable()
    assert r"It has: id, lon, '\x1b[31mlat\n2 faults'." in str(caught.value)


@pytest.mark.parametrize(("text", "column", "reason"), [
    ("", "", "the file is empty"),
    ("\n \n", "", "the file is empty"),
    ("id,lon,lat\n", "", "the table has a header but no rows"),
    ("id,lon,lat,lon\nA,7,43,8\n", "lon", "two columns have this header (column 4 again)"),
    ("id,lon,lat\nA,7,43,8\n", "", "has 4 cells, the header has 3"),
    ("id,lon,lat,name\nA,7,43,x\nB,7,43", "", "is cut off: the file ends in the middle of a row"),
    ("id,lon,lat,demand_\nA,7,43,8\n", "demand_", "names no dimension"),
    ("id,lon,lat,demand_weight_kg\nA,7,43,8\n", "demand_weight_kg", "is a dimension with a column of its own"),
    ("id,lon,lat,service_s\nA,7,43,300\n", "service_s", "is made from 'service_min', which is missing"),
    ("id,lon,lat,service_min,service_s\nA,7,43,5,60\n", "service_s", "disagrees with 'service_min' (5)"),
])
def test_faults_of_the_whole_table(tmp_path, text, column, reason):
    """Empty, header only, headers twice, ragged or cut-off rows, dimensions that are none, derived columns."""
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")

    (fault,) = faults_of(read_orders, tmp_path / "a.csv")

    assert (fault.column, fault.reason) == (column, reason)


def test_pieces_may_repeat_an_id_in_another_order(tmp_path):
    """P1 of order A and P1 of order B are two pieces; a second P1 of A is a fault that names the first."""
    piece = GOOD["pieces"]
    path = table(tmp_path / "p.csv", [piece | {"id": "P1"}, piece | {"order": "B", "id": "P1"}, piece | {"id": "P1"}])

    (fault,) = faults_of(read_pieces, path)

    assert (fault.row, fault.column, fault.value, fault.reason) == (4, "id", "P1", "repeats row 2 of order 'A'")


def test_window_over_midnight_is_explained(tmp_path):
    """22:00 to 06:00 is the usual slip; the remedy is the cell to write."""
    (fault,) = faults_of(read_orders, table(tmp_path / "a.csv", [
        {**GOOD["orders"], "window_begin": "22:00", "window_end": "06:00"}]))

    assert fault.remedy == "If it ends on the next day, write 06:00+1."


def test_far_customers_are_not_taken_for_swapped(tmp_path):
    """One order far from the others is no fault unless swapping would bring it among them."""
    rows = [{"id": n, "lon": 7.4 + n / 100, "lat": 43.7} for n in range(8)] + [{"id": 9, "lon": 43.7, "lat": -20}]

    assert len(read_orders(table(tmp_path / "a.csv", rows))) == 9


def test_message_is_one_that_a_dispatcher_can_act_on(tmp_path):
    """The first five faults, then how many more and in which columns."""
    path = table(tmp_path / "a.csv", [{**GOOD["orders"], "id": n, "weight_kg": "heavy"} for n in range(7)])

    with pytest.raises(TableError) as caught:
        read_orders(path)

    lines = str(caught.value).splitlines()
    assert lines[0] == "7 faults in the input:"
    assert lines[1] == (f"  {path}, row 2, column 'weight_kg': is not a number (value 'heavy'). "
                        "Write a number of kg, or leave the cell blank.")
    assert lines[6:] == ["  ... and 2 more (by column: weight_kg 7)"]


def test_many_faults_are_counted_and_few_are_kept():
    """12,000 rows with three faults each: all counted, a hundred of each kind kept."""
    rows = 12_000
    frame = pd.DataFrame({"id": [f"O{n}" for n in range(rows)], "lon": "x", "lat": 43.7, "weight_kg": "-1",
                          "window_begin": "8点"})

    with pytest.raises(TableError) as caught:
        check_orders(frame)

    assert caught.value.count == 3 * rows
    assert len(caught.value.faults) == 300
    assert str(caught.value).endswith("and 35,995 more (by column: lon 12,000; weight_kg 12,000; window_begin 12,000)")


def test_far_off_cell_does_not_exhaust_memory(tmp_path):
    """A slip in the last cell of a sheet makes 17 thousand million empty ones; calamine aborts the process on it."""
    book = openpyxl.Workbook()
    for row in (["id", "lon", "lat"], ["A", 7.4, 43.7]):
        book.active.append(row)
    book.active["XFD1048576"] = "slip"
    book.save(tmp_path / "a.xlsx")

    with pytest.raises(InputFileError, match="row 1048576 has a value in column 16,384; at most 1,000 columns"):
        read_orders(tmp_path / "a.xlsx")
