"""Cells as people write them: repaired where one reading is possible, listed with their address, refused otherwise."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisdata.cellrepairs import DecimalMarks, amount, clock, plain, window
from gisdata.errors import TableError
from gisdata.opened import open_table
from gisdata.repairs import RepairWarning
from gisdata.tables import read_orders


def orders(path, header, *cells):
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["id", "lon", "lat", header])
        writer.writerows([f"A{n}", "114.31", "30.61", cell] for n, cell in enumerate(cells))
    return path


def refused(path, **options):
    with pytest.raises(TableError) as caught:
        open_table(path, "orders", **options)
    return [(fault.row, fault.column, fault.value, fault.reason) for fault in caught.value.faults]


@pytest.mark.parametrize(("header", "cell", "field", "value"), [
    ("weight_kg", "１２．５", "weight_kg", 12.5), ("weight_kg", "1,234.5", "weight_kg", 1234.5),
    ("weight_kg", "1 234", "weight_kg", 1234), ("weight_kg", "1,234", "weight_kg", 1234),
    ("weight_kg", "5 公斤", "weight_kg", 5), ("重量(t)", "0.3", "weight_kg", 300),
    ("重量（斤）", "7", "weight_kg", 3.5), ("重量(g)", "750", "weight_kg", 0.75),
    ("体积(L)", "250升", "volume_m3", 0.25), ("体积", "1.5㎥", "volume_m3", 1.5), ("体积(方)", "2立方", "volume_m3", 2),
    ("服务时间(小时)", "0.5", "service_min", 30), ("服务时间", "20分钟", "service_min", 20),
    ("件数", "12箱", "pieces", 12), ("penalty", "３元", "penalty", 3),
    ("window_begin", "8点30", "window_begin", 8.5 * 3600), ("window_begin", "08：30", "window_begin", 8.5 * 3600),
    ("window_begin", "上午8点", "window_begin", 8 * 3600), ("window_begin", "3 PM", "window_begin", 15 * 3600),
    ("window_begin", "2026年3月4日 8点", "window_begin", 8 * 3600), ("window_end", "次日6:00", "window_end", 30 * 3600),
    ("收货时间", "22:00-次日06:00", "window_end", 30 * 3600), ("收货时间", "8-12点", "window_begin", 8 * 3600),
    ("收货时间", "8:00—12:00", "window_end", 12 * 3600), ("收货时间", "全天", "window_begin", 0),
    ("skills", "cold，crane", "skills", "cold;crane"),
])
def test_cell_is_repaired_and_listed(tmp_path, header, cell, field, value):
    """The value by hand; and one line with file, address, old content, new content and rule."""
    opened = open_table(orders(tmp_path / "单 1.csv", header, cell), "orders")

    changes = opened.repairs.to_frame()
    line = changes[changes["field"] == field].iloc[0]
    assert opened.frame[field].item() == value
    assert (line["file"], line["cell"], line["row"], line["header"], line["old"]) == (
        str(tmp_path / "单 1.csv"), "D2", 2, header, cell)
    assert line["new"] != cell
    assert line["rule"]


@pytest.mark.parametrize(("header", "cell", "reason"), [
    ("weight_kg", "5 ton", "states the unit 'ton', which is not known here"),
    ("weight_kg", "5 m3", "states the unit 'm3', which is not known here"),
    ("weight_kg", "2吨", "is in another unit than kg, which the header states"),
    ("weight_kg", "5,3", "is not a number"), ("weight_kg", "约5", "is not a number"),
    ("weight_kg", "5-6", "is not a number"),
    ("weight_kg", "#N/A", "is not a number"),
    ("window_begin", "2026-02-30 08:00", "holds a date that does not exist"),
    ("window_begin", "8", "is a number, not a clock time"), ("window_begin", "上午", "is not a clock time"),
    ("window_begin", "25点", "is not a clock time"), ("收货时间", "8-12", "is not a time window"),
    ("收货时间", "下午", "is not a time window"),
])
def test_doubtful_cell_is_refused_under_the_header_of_the_file(tmp_path, header, cell, reason):
    """Exactly one fault, in its row; nothing is guessed."""
    assert refused(orders(tmp_path / "a.csv", header, cell)) == [(2, header, cell, reason)]


def test_mixed_units_are_listed_or_taken_as_written(tmp_path):
    """The fewer are listed; the answer that each cell is right converts every one."""
    path = orders(tmp_path / "a.csv", "重量", "1吨", "500kg", "2吨")

    assert refused(path) == [(3, "重量", "500kg", "is in another unit than 吨, which most cells of the column have")]
    opened = open_table(path, "orders", columns={"重量": "weight_kg [each]"})
    assert opened.frame["weight_kg"].tolist() == [1000.0, 500.0, 2000.0]


def test_decimal_comma_counts_only_where_nothing_contradicts_it(tmp_path):
    """With points in no column, 5,3 proves the comma; then 1.234 is doubtful and 1,234 is a fraction."""
    (tmp_path / "a.csv").write_text("id;lon;lat;weight_kg;volume_m3\nA;7,42;43,73;5,3;1,234\n", encoding="utf-8")
    opened = open_table(tmp_path / "a.csv", "orders")
    (tmp_path / "b.csv").write_text("id;lon;lat;weight_kg\nA;7,42;43,73;1.234\n", encoding="utf-8")

    assert opened.frame[["lon", "weight_kg", "volume_m3"]].iloc[0].tolist() == [7.42, 5.3, 1.234]
    assert "separator of thousands" in refused(tmp_path / "b.csv")[0][3]


def test_dates_count_from_the_first_day(tmp_path):
    """One day of begins; an end on the next day is past midnight. Several days of begins are several plans."""
    (tmp_path / "a.csv").write_text("id,lon,lat,window_begin,window_end\n"
                                    "A,7.4,43.7,2026/3/4 22:00,2026/3/5 06:00\n", encoding="utf-8")
    path = orders(tmp_path / "b.csv", "window_begin", "2026-03-04 08:00", "2026-03-05 08:00")

    frame = open_table(tmp_path / "a.csv", "orders").frame

    assert frame[["window_begin", "window_end"]].iloc[0].tolist() == [22 * 3600, 30 * 3600]
    assert [fault[3] for fault in refused(path)] == ["has a date, and the column has 2 different ones"] * 2


def test_reading_without_a_report_warns(tmp_path):
    """`read_orders` gives the table alone, so it says that cells were repaired; a clean file gives no warning."""
    with pytest.warns(RepairWarning, match="1 cells repaired"):
        read_orders(orders(tmp_path / "a.csv", "weight_kg", "5 kg"))


def test_report_is_written_without_formulas(tmp_path):
    """Every change in one file that a spreadsheet opens in the right encoding; text cannot become a formula."""
    opened = open_table(orders(tmp_path / "a.csv", "skills", "=cmd，冷藏"), "orders")

    opened.repairs.write(tmp_path / "修正 1.csv")

    (line,) = csv.DictReader((tmp_path / "修正 1.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (line["cell"], line["old"]) == ("D2", "'=cmd，冷藏")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cell=st.text("0123456789.,-+ ０９．，kgt吨公斤m3e'：", max_size=8))
def test_no_cell_changes_in_silence(tmp_path, cell):
    """Whatever stands in a cell of kilograms: the same number, a line in the report, or a fault."""
    path = orders(tmp_path / "a.csv", "weight_kg", cell)
    try:
        opened = open_table(path, "orders")
    except TableError:
        return
    listed = opened.repairs.to_frame()["old"].tolist()
    assert listed == [cell.strip()] or opened.frame["weight_kg"].item() == float(cell.strip() or 0)


@given(value=st.decimals(0, 10**7, places=2), style=st.sampled_from(["{:f}", "{:,f}", "{:f} kg", "{:,f}公斤"]))
@settings(max_examples=60)
def test_number_reads_back_whatever_its_style(value, style):
    """Full width or not, with separators of thousands and a unit: the same number."""
    text = style.format(value)
    wide = text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})

    assert [float(amount(form, DecimalMarks(point=True)).number) for form in (text, wide)] == [float(value)] * 2


@given(begin=st.integers(0, 23), end=st.integers(0, 23), minute=st.integers(0, 59))
@settings(max_examples=60)
def test_window_is_its_two_clock_times(begin, end, minute):
    """A window in one cell says what two cells would."""
    first, second = f"{begin}点{minute:02d}", f"次日{end}：{minute:02d}"

    assert window(plain(f"{first}～{second}")) == (clock(first), clock(plain(second)))
