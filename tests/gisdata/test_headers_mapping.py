"""Headers as people write them: mapped where there is one meaning, asked for where there are two."""

import pytest

from gisdata.aliases import meanings
from gisdata.errors import InputFileError, TableError, UnknownNameError
from gisdata.mapping import HeaderMapping
from gisdata.opened import open_table
from gisdata.schema import SCHEMAS

START = "订单号,经度,纬度"


def orders(path, headers, *rows):
    path.write_text("\n".join([f"{START},{headers}", *(f"A{n},114.3,30.6,{row}" for n, row in enumerate(rows))]) + "\n",
                    encoding="gb18030")
    return path


def asked(path, **options):
    with pytest.raises(TableError) as caught:
        open_table(path, "orders", **options)
    return caught.value.faults


@pytest.mark.parametrize(("noun", "header", "field", "unit"), [
    ("vehicles", "载重(吨)", "payload_kg", "吨"), ("vehicles", "额定载质量（ＫＧ）", "payload_kg", "kg"),
    ("orders", "收货地址", "address", ""), ("orders", "weight (kg)", "weight_kg", "kg"),
    ("orders", "体积【方】", "volume_m3", "方"), ("orders", "件 数", "pieces", ""),
    ("orders", "时间窗-起", "window_begin", ""), ("orders", "收货时间", "window", ""),
    ("orders", "联系人(必填)", "contact", ""), ("orders", "毛重/公斤", "weight_kg", "公斤"),
    ("orders", "GROSS WEIGHT KG", "weight_kg", "kg"), ("orders", "吨数", "weight_kg", "t"),
    ("orders", "作业类型", "kind", ""), ("orders", "提送配对号", "shipment", ""),
    ("orders", "可用车型", "vehicle_types", ""),
    ("vehicles", "最大里程(公里)", "max_distance_km", "公里"), ("vehicles", "最多站数", "max_stops", ""),
    ("vehicles", "收车仓库", "end_depot", ""), ("vehicles", "是否返回", "returns", ""),
    ("pieces", "长(mm)", "length_m", "mm"), ("depots", "营业时间", "window", ""),
])
def test_header_has_one_meaning(noun, header, field, unit):
    """Case, width, blanks and punctuation do not matter; a unit may stand in brackets or at the end."""
    assert [(meaning.field, meaning.unit) for meaning in meanings(header, SCHEMAS[noun])] == [(field, unit)]


@pytest.mark.parametrize("header", ["备注", "重量级", "phone", "service_level", "", "x" * 500])
def test_header_without_a_meaning_is_kept(header):
    """A word that only begins like an alias is none."""
    assert [meaning.field for meaning in meanings(header, SCHEMAS["orders"])] == []


def test_header_with_two_meanings_is_asked_for(tmp_path):
    """The answer in the message, passed in, settles it."""
    path = orders(tmp_path / "单.csv", "数量", "5")

    (fault,) = asked(path)

    assert (fault.column, fault.reason) == ("数量", "may mean 'pieces' or 'demand_quantity'")
    assert "columns={'数量': 'pieces'}" in fault.remedy
    assert open_table(path, "orders", columns={"数量": "pieces"}).frame["pieces"].tolist() == [5.0]


def test_two_headers_for_one_column_are_asked_for(tmp_path):
    """Both are named; the one left out stays a column of its own."""
    path = orders(tmp_path / "单.csv", "毛重(吨),总重(kg)", "1.5,1400")

    (fault,) = asked(path)
    opened = open_table(path, "orders", columns={"总重(kg)": ""})

    assert (fault.column, fault.reason) == ("总重(kg)", "means 'weight_kg', and so does '毛重(吨)'")
    assert (opened.frame["weight_kg"].item(), opened.frame["总重(kg)"].item()) == (1500.0, "1400")


def test_all_questions_come_at_once(tmp_path):
    """Two meanings, an unknown unit and a window given twice, in one error."""
    faults = asked(orders(tmp_path / "单.csv", "数量,重量(ton),收货时间,最早到达", "1,2,8:00-9:00,8:00"))

    assert [fault.column for fault in faults] == ["数量", "重量(ton)", "最早到达"]
    assert faults[1].reason == "states the unit 'ton', which is not known for 'weight_kg'"


def test_amount_without_any_unit_is_asked_for(tmp_path):
    """1.5 could be kilograms or tonnes; a wrong guess would spoil the plan."""
    path = orders(tmp_path / "单.csv", "重量", "1.5")

    assert any(fault.column == "重量" and "states no unit" in fault.reason for fault in asked(path))
    assert open_table(path, "orders", columns={"重量": "weight_kg [吨]"}).frame["weight_kg"].item() == 1500.0


def test_units_in_every_cell_answer_the_question(tmp_path):
    """A header without a unit will do if its cells state it."""
    opened = open_table(orders(tmp_path / "单.csv", "重量", "1.5吨", "0.2 t", ""), "orders")

    assert opened.frame["weight_kg"].tolist() == [1500.0, 200.0, 0.0]


def test_exact_name_is_preferred_to_an_alias(tmp_path):
    """Nothing is to be asked where one header is the column's own name."""
    opened = open_table(orders(tmp_path / "单.csv", "weight_kg,毛重(吨)", "7,9"), "orders")

    assert (opened.frame["weight_kg"].item(), opened.frame["毛重(吨)"].item()) == (7.0, "9")


def test_mapping_is_shown_saved_and_passed_in(tmp_path):
    """What was taken for what, in the order of the file; loaded again it reads the file to the same table."""
    path = orders(tmp_path / "单.csv", "毛重(吨),<b>备注", "1.5,x")
    first = open_table(path, "orders")
    first.mapping.save(tmp_path / "对应 1.json")

    second = open_table(path, "orders", columns=HeaderMapping.load(tmp_path / "对应 1.json"))

    assert first.mapping.to_frame().iloc[3:].values.tolist() == [["毛重(吨)", "weight_kg", "吨", "alias"],
                                                                 ["<b>备注", "", "", "other"]]
    assert second.mapping.use_of("weight_kg").how == "given"
    assert second.frame["weight_kg"].tolist() == first.frame["weight_kg"].tolist() == [1500.0]
    assert "<b>" not in first._repr_html_()


@pytest.mark.parametrize("content", ["[]", "{", '{"noun": "x", "columns": {}}',
                                     '{"noun": "orders", "columns": {"a": 1}}'])
def test_other_json_is_no_mapping(tmp_path, content):
    """One clear error for a file of another kind."""
    (tmp_path / "a.json").write_text(content, encoding="utf-8")

    with pytest.raises(InputFileError, match="no saved mapping"):
        HeaderMapping.load(tmp_path / "a.json")


def test_strict_reading_looks_nothing_up(tmp_path):
    """Without repair an alias is no column, and a unit that would convert is refused."""
    path = orders(tmp_path / "单.csv", "毛重(吨)", "1.5")

    assert "经度" in str(asked(path, repair=False)[0].remedy)
    with pytest.raises(UnknownNameError, match="repair=True converts units"):
        open_table(path, "orders", columns={"毛重(吨)": "weight_kg [t]"}, repair=False)
