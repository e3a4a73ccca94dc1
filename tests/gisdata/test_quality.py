"""The data sheet of a table: every count worked out by hand from small tables."""

import datetime as dt

import geopandas
import pandas as pd
import pytest

from gisdata.quality import report

TODAY = dt.date(2026, 3, 11)


def found(frame, check, field=None, **stated):
    """Return (field, rows, value) of the findings of one check."""
    findings = report(frame, today=TODAY, **stated).findings
    return [(f.field, f.rows, f.value) for f in findings if f.check == check and field in (None, f.field)]


def test_purpose_lists_columns_that_nobody_needs():
    """Of five columns the schema knows id, weight and a demand; two cells of the telephone column are filled."""
    frame = pd.DataFrame({"id": ["A", "B", "C"], "weight_kg": 1.0, "demand_pallets": 1, "电话": ["1", " ", "3"],
                          "service_s": 60})

    assert found(frame, "purpose", purpose="deliveries of March") == [
        ("", 0, "deliveries of March"), ("电话", 2, "collected without purpose")]


def test_what_is_not_stated_is_said_to_be():
    """Source, datum, scope and purpose."""
    frame = pd.DataFrame({"id": ["A"]})

    assert [found(frame, check) for check in ("purpose", "source", "datum", "scope")] == [[("", 0, "not stated")]] * 4
    stated = {"source": "ERP", "datum": "GCJ-02", "scope": "Wuhan, March"}
    assert [found(frame, check, **stated)[0][2] for check in stated] == ["ERP", "GCJ-02", "Wuhan, March"]


def test_a_geodataframe_states_its_datum():
    """Unless the caller knows better."""
    frame = geopandas.GeoDataFrame({"id": ["A"]}, geometry=geopandas.points_from_xy([7.5], [43.25]), crs="EPSG:4326")

    assert found(frame, "datum") == [("", 0, "EPSG:4326, as the table says")]
    assert found(frame, "datum", datum="BD-09") == [("", 0, "BD-09")]
    assert found(frame, "precision") == [("lon, lat", 1, "2 decimals, about 1000 m")]


def test_precision_of_coordinates_in_metres():
    """A degree is 111,195 m: 3 decimals 111 m, 6 decimals 0.11 m; the finer of the two numbers counts."""
    frame = pd.DataFrame({"lon": [114.305, 114.31, 114.123456, None], "lat": [30.59, 30.592, 30.5, 30.5]})
    findings = [f for f in report(frame).findings if f.check == "precision"]

    assert [(f.rows, f.value) for f in findings] == [(2, "3 decimals, about 100 m"), (1, "6 decimals, about 0.1 m")]
    assert "coarse" in findings[0].note
    assert not findings[1].note


def test_precision_of_coordinates_as_text_counts_their_zeros():
    """114.300000 is written with six decimals."""
    frame = pd.DataFrame({"lon": ["114.300000", "x"], "lat": ["30.500000", "30.5"]})

    assert found(frame, "precision") == [("lon, lat", 1, "6 decimals, about 0.1 m")]


def test_missing_by_field():
    """None, NaN, NaT and spaces are missing; zero and no are not."""
    frame = pd.DataFrame({"id": ["A", "", None, "  "], "weight_kg": [0.0, 1.0, None, 2.0], "upright": [False] * 4,
                          "day": pd.to_datetime(["2026-01-01", None, None, "2026-01-02"])})

    assert found(frame, "missing") == [("id", 3, "75.0 %"), ("weight_kg", 1, "25.0 %"), ("day", 2, "50.0 %")]


def test_rows_that_repeat_an_id():
    """B twice more, C once more: three rows; blanks repeat nothing."""
    frame = pd.DataFrame({"id": ["A", "B", "B", "C", "B", "C", None, None]}, index=range(10, 18))
    finding = next(f for f in report(frame).findings if f.check == "duplicates")

    assert (finding.field, finding.rows, finding.note) == ("id", 3, "rows 12, 14, 15")


def test_a_piece_is_named_by_its_order_too():
    """The same id in another order is another piece."""
    frame = pd.DataFrame({"order": ["A", "A", "B"], "id": ["1", "1", "1"]})

    assert found(frame, "duplicates") == [("order, id", 1, "repeats an earlier row")]


def test_rows_of_one_place_and_name():
    """Width and case do not tell names apart; another place or no name does."""
    frame = pd.DataFrame({"lon": [1.5, 1.5, 1.5, 2.5, 1.5, 1.5], "lat": 3.5,
                          "name": ["Shop A", "ｓｈｏｐ a", "Shop B", "Shop A", "", ""]})

    assert found(frame, "duplicates") == [("lon, lat, name", 1, "same place and name as an earlier row")]


def test_without_coordinates_the_address_is_the_place():
    """Two rows of one customer at one address."""
    frame = pd.DataFrame({"address": ["6 Rue X", "6 rue  x", "7 Rue X"], "name": ["A", "A", "A"]})

    assert found(frame, "duplicates") == [("address, name", 1, "same place and name as an earlier row")]


def test_density_outside_what_goods_weigh():
    """5 kg/m³ and 20,000 kg/m³ are out, 10 and 8,000 are in, no volume says nothing."""
    frame = pd.DataFrame({"weight_kg": [5, 20_000, 10, 8_000, 50, None], "volume_m3": [1, 1, 1, 1, 0, 1]})

    assert found(frame, "outliers") == [("weight_kg, volume_m3", 1, "under 10 kg/m³"),
                                        ("weight_kg, volume_m3", 1, "over 8,000 kg/m³")]


def test_speed_of_a_track():
    """0.01 degrees of the equator, 1,112 m, in 60 s are 67 km/h; 0.1 degrees 667 km/h. Vehicles are told apart."""
    frame = pd.DataFrame({"vehicle": ["V", "V", "V", "W"], "lat": 0.0, "lon": [1.0, 1.01, 1.11, 9.0],
                          "time": ["2026-03-01 08:00:00", "2026-03-01 08:01:00", "2026-03-01 08:02:00",
                                   "2026-03-01 08:02:30"]})
    finding = next(f for f in report(frame).findings if f.check == "outliers")

    assert (finding.field, finding.rows, finding.note) == ("vehicle, time, lon, lat", 1, "rows 2")
    assert found(frame, "purpose") == [("", 0, "not stated")]


def test_stated_speed():
    """151 and -1 are out, 150 is in."""
    frame = pd.DataFrame({"speed_kmh": [150, 151, -1]})

    assert found(frame, "outliers") == [("speed_kmh", 2, "over 150 km/h or negative")]


def test_places_that_are_nowhere():
    """Swapped and empty positions."""
    frame = pd.DataFrame({"lon": [30.5, 0.0, 114.3], "lat": [114.3, 0.0, 30.5]})

    assert found(frame, "outliers") == [("lon, lat", 1, "outside the range of degrees"), ("lon, lat", 1, "at 0, 0")]


DAYS = pd.to_datetime(["2026-03-01", "2025-03-11", None, "2026-03-10"])


@pytest.mark.parametrize("column", [
    ["2026-03-01", "2025-03-11 08:30", "", "2026/3/10"], DAYS, DAYS.tz_localize("Asia/Shanghai"),
])  # fmt: skip
def test_age_of_a_column_of_days(column):
    """From 11 March 2025 a year, from 10 March 2026 a day."""
    assert found(pd.DataFrame({"ordered": column}), "age") == [
        ("ordered", 3, "2025-03-11 to 2026-03-10, 365 to 1 days old")]


def test_days_that_do_not_exist_or_lie_ahead_are_counted():
    """30 February, and tomorrow."""
    frame = pd.DataFrame({"ordered": ["2026-02-30", "2026-03-12", "2026-03-11"], "name": ["2026-01-01 Ltd", "B", "C"]})
    findings = [f for f in report(frame, today=TODAY).findings if f.check == "age"]

    assert [(f.field, f.rows, f.note) for f in findings] == [
        ("ordered", 2, "1 cells are no day that exists; 1 lie ahead")]


def test_a_column_that_stands_twice_is_said():
    """Only the first of them is looked at."""
    frame = pd.DataFrame([["A", "A"], ["B", "A"]], columns=["id", "id"])

    assert found(frame, "duplicates") == [("id", 2, "column stands twice")]


def test_an_empty_table_has_a_report():
    """No rows, no columns."""
    assert found(pd.DataFrame(), "rows") == [("", 0, "0 rows, 0 columns")]
    assert found(pd.DataFrame({"id": [], "lon": [], "lat": [], "name": [], "time": [], "vehicle": []}), "missing") == []


def test_the_table_of_findings():
    """One row a finding, with the words of the finding."""
    made = report(pd.DataFrame({"id": ["A", "A"]}))
    frame = made.to_frame()

    assert frame.columns.tolist() == ["check", "field", "rows", "value", "note"]
    assert len(frame) == len(made.findings)
    assert frame.loc[frame["check"] == "duplicates", "rows"].tolist() == [1]
    assert "duplicates id: 1 rows: repeats an earlier row (rows 1)" in made.summary().splitlines()


def test_the_page_is_escaped_and_shows_no_cell(tmp_path):
    """A header that is a script stays text; a telephone number is not in the page."""
    frame = pd.DataFrame({"<script>x</script>": ["13812345678", ""], "id": ["13812345678"] * 2})

    report(frame, source="<b>ERP</b>").write_html(tmp_path / "质量 report.html")

    page = (tmp_path / "质量 report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<b>" not in page
    assert "13812345678" not in page
    assert [path.name for path in tmp_path.iterdir()] == ["质量 report.html"]


def test_something_else_than_a_table_is_refused():
    """One clear error."""
    with pytest.raises(TypeError, match="must be a DataFrame, got list"):
        report([1, 2])
