"""The reader of Excel workbooks: against openpyxl as an independent judge, and on workbooks no library would write."""

import datetime as dt
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisdata.errors import InputFileError
from gisdata.workbook import read_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def handmade(path, sheet, *, workbook_properties="", shared="", styles="", prolog=""):
    """Write the parts of a workbook with one sheet as they are given."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{LINKS}/officeDocument" '
                       'Target="/xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{workbook_properties}<sheets>'
                           '<sheet name="表" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
                                      f'<Relationship Id="s" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
                                      f'<Relationship Id="t" Type="{LINKS}/sharedStrings" Target="texts.xml"/>'
                                      f'<Relationship Id="u" Type="{LINKS}/styles" Target="styles.xml"/>'
                                      "</Relationships>",
        "xl/worksheets/sheet1.xml": f'{prolog}{sheet}',
        "xl/texts.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def rows(content):
    return f'<worksheet xmlns="{MAIN}"><sheetData>{content}</sheetData></worksheet>'


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
TEXTS = st.text(LETTERS, max_size=9)
FIRST, LAST = dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1)  # noqa: DTZ001  (a spreadsheet's dates have no zone)
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-10**12, 10**12), st.floats(-1e9, 1e9).filter(lambda x: not x.is_integer()),
    TEXTS.filter(lambda text: not text.startswith(("=", "#"))), st.times().map(lambda t: t.replace(microsecond=0)),
    st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0)),
)


def as_text(value):
    """Say what openpyxl read, in the words of our reader."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S").removesuffix(":00")
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time(0) else value.date().isoformat()
    return str(value)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=4))
def test_cells_are_those_that_openpyxl_reads(tmp_path, table):
    """Written by openpyxl, read by both: the same text in the same rows; trailing and wholly blank cells left out."""
    path = tmp_path / "工作 簿.xlsx"
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    book.save(path)
    judge = openpyxl.load_workbook(path, data_only=True).active

    cells = read_sheet(path, None)

    expected = {row[0].row: [as_text(cell.value) for cell in row] for row in judge.iter_rows()}
    got = {number: [*record, *[""] * (judge.max_column - len(record))]
           for number, record in zip(cells.numbers, cells.records, strict=True)}
    assert got == {number: record for number, record in expected.items() if any(record)}


def test_tags_with_a_prefix_and_cells_without_a_reference(tmp_path):
    """Some writers give every tag a prefix, and leave out the addresses of cells and rows."""
    sheet = (f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c t="str"><x:v>b</x:v></x:c>'
             '</x:row><x:row r="5"><x:c r="C5"><x:v>2.50</x:v></x:c></x:row></x:sheetData></x:worksheet>')

    cells = read_sheet(handmade(tmp_path / "a.xlsx", sheet), "表")

    assert (cells.numbers, cells.records) == ([1, 5], [["1", "b"], ["", "", "2.50"]])


def test_rich_text_is_joined_and_phonetic_guides_are_left_out(tmp_path):
    """A shared text may come in runs, with its reading beside it, and with escaped characters."""
    shared = ("<si><r><t>武</t></r><r><t xml:space='preserve'>汉 </t></r><rPh sb='0' eb='1'><t>WUHAN</t></rPh></si>"
              "<si><t>a_x000A_b</t></si>")
    sheet = rows('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
                 '<c r="C1" t="inlineStr"><is><t>x</t><rPh><t>y</t></rPh></is></c></row>')

    assert read_sheet(handmade(tmp_path / "a.xlsx", sheet, shared=shared), None).records == [["武汉 ", "a\nb", "x"]]


@pytest.mark.parametrize(("number_format", "code", "text"), [
    (14, None, "2026-03-04"), (20, None, "2026-03-04"), (32, None, "2026-03-04"), (2, None, "46085"),
    (176, 'h"时"mm"分"', "2026-03-04"), (176, '[$-804]yyyy"年"m"月"d"日"', "2026-03-04"), (176, '0.0 "days"', "46085"),
    (176, "[Red]0", "46085"), (176, "[h]:mm", "2026-03-04"), (176, r"0\d", "46085"), (176, "0;[Red]-0;@", "46085"),
])
def test_number_shown_as_a_time_is_read_as_a_time(tmp_path, number_format, code, text):
    """Serial 46085 is 4 March 2026 (days since 1899-12-30). Formats 27 to 36 are dates and times in Chinese Excel."""
    formats = f"<numFmts><numFmt numFmtId='{number_format}' formatCode='{code}'/></numFmts>" if code else ""
    styles = (f'{formats}<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
              f'<cellXfs><xf numFmtId="0"/><xf numFmtId="{number_format}"/></cellXfs>')
    sheet = rows('<row r="1"><c r="A1" s="1"><v>46085</v></c><c r="B1" s="0"><v>46085</v></c></row>')

    assert read_sheet(handmade(tmp_path / "a.xlsx", sheet, styles=styles), None).records == [[text, "46085"]]


@pytest.mark.parametrize(("serial", "text"), [
    ("0", "00:00"), ("0.25", "06:00"), ("0.354166666666667", "08:30"), ("0.9999999", "00:00+1"), ("1.25", "06:00+1"),
    ("0.00001157", "00:00:01"), ("46085.5", "2026-03-04 12:00:00"),
])
def test_serial_numbers_become_clock_text(tmp_path, serial, text):
    """A day is 1; below 32 days it is a clock time, above a date."""
    sheet = rows(f'<row r="1"><c r="A1" s="0"><v>{serial}</v></c></row>')

    book = handmade(tmp_path / "a.xlsx", sheet, styles='<cellXfs><xf numFmtId="20"/></cellXfs>')

    assert read_sheet(book, None).records == [[text]]


@pytest.mark.parametrize(("stored", "text"), [
    ("0.10000000000000001", "0.1"), ("123456789012345678", "123456789012345678"), ("5", "5"),
    ("1.23456789012346E+17", "1.23456789012346e+17"), ("-114.30000000000001", "-114.30000000000001"),
])
def test_numbers_keep_their_digits(tmp_path, stored, text):
    """Excel stores seventeen digits of 0.1; whole numbers of programs may be longer than a float."""
    sheet = rows(f'<row r="1"><c r="A1"><v>{stored}</v></c></row>')

    assert read_sheet(handmade(tmp_path / "a.xlsx", sheet), None).records == [[text]]


def test_dates_counted_from_1904(tmp_path):
    """Workbooks of old Macs: serial 0 is 1904-01-01, so 4 March 2026 is 44623."""
    sheet = rows('<row r="1"><c r="A1" s="0"><v>44623</v></c></row>')
    book = handmade(tmp_path / "a.xlsx", sheet, styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
                    workbook_properties='<workbookPr date1904="1"/>')

    assert read_sheet(book, None).records == [["2026-03-04"]]


def test_formula_that_gives_an_empty_text_is_not_uncomputed(tmp_path):
    """=\"\" has a value: the empty text. A formula without any value has none."""
    sheet = rows('<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>""</f><v></v></c><c r="C1"><f>A1+1</f></c>'
                 '<c r="D1"><f>A1</f><v>1</v></c></row>')

    assert read_sheet(handmade(tmp_path / "a.xlsx", sheet), None).uncomputed == [(1, 2)]


@pytest.mark.parametrize(("sheet", "prolog", "reason"), [
    (rows("&a;"), '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>', "declares a document type"),
    (rows("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "declares a document type"),
    (rows('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "", "damaged"),
    (rows('<row r="1"><c r="A1" t="s"><v>x</v></c></row>'), "", "damaged"),
    (rows('<row r="1"><c r="11"><v>1</v></c></row>'), "", "a cell is called ''"),
    (rows('<row r="one"/>'), "", "damaged"),
    ("<worksheet><sheetData>", "", "damaged"),
])
def test_hostile_or_damaged_parts_are_refused(tmp_path, sheet, prolog, reason):
    """XML bombs and outside entities, texts that do not exist, impossible addresses, a part cut off."""
    with pytest.raises(InputFileError, match=f"the workbook is damaged .*{reason}" if reason != "damaged" else reason):
        read_sheet(handmade(tmp_path / "a.xlsx", sheet, prolog=prolog), None)


def test_a_million_empty_rows_are_passed_over(tmp_path):
    """A sheet formatted to its end: rows and styled cells without content leave no trace."""
    empty = "".join(f'<row r="{n}" ht="15"><c r="A{n}" s="0"/></row>' for n in range(3, 30_000))
    last = '<row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    sheet = rows('<row r="1"><c r="A1"><v>1</v></c></row>' + empty + last)

    cells = read_sheet(handmade(tmp_path / "a.xlsx", sheet), None)

    assert (cells.numbers, cells.records) == ([1, 1048576], [["1"], ["2"]])
