"""One table says what every column is; models, defaults and documentation come from it."""

import math

import pytest

from gisdata.clock import END_OF_TIME_S
from gisdata.errors import UnknownNameError
from gisdata.kinds import columns_model
from gisdata.schema import ORDERS, SCHEMAS, schema_table

REQUIRED = {
    "orders": ["id", "lon", "lat"],
    "pieces": ["order", "id", "length_m", "width_m", "height_m"],
    "vehicles": ["id", "count"],
    "depots": ["id", "lon", "lat"],
    "lines": ["id", "stop"],
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_table_of_a_schema_lists_what_is_required(name):
    """Required columns, as the interface of the package promises them."""
    table = schema_table(name)

    assert table.loc[table["required"], "column"].tolist() == REQUIRED[name]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_column_is_explained_in_both_languages(name):
    """A meaning, a Chinese header of its own, and a unit for every number."""
    table = schema_table(name)

    assert (table["meaning"].str.len() > 0).all()
    assert table["chinese"].is_unique
    assert table["chinese"].str.contains(r"[\u4e00-\u9fff]").all()
    assert (table.loc[table["kind"].isin(["number", "whole"]), "unit"].str.len() > 0).all()


def test_documentation_says_what_a_blank_means():
    """Neutral defaults in words: no limit, one person, no, not given."""
    table = schema_table("vehicles").set_index("column")

    blanks = table.loc[["payload_kg", "crew", "customs_supervised", "axles", "shift_end", "profile"], "blank"].tolist()
    assert blanks == ["no limit", "1", "no", "not given", "no limit", "van"]


def test_named_dimensions_are_documented_as_a_pattern():
    """Any header demand_<name> is a dimension of the user's own."""
    assert schema_table("orders")["column"].iloc[-1] == "demand_<name>"


def test_unknown_table_names_those_there_are():
    """The remedy of a wrong name is the list of right ones."""
    with pytest.raises(UnknownNameError, match="no table 'order'; there are: orders, pieces, vehicles, depots"):
        schema_table("order")


@pytest.mark.parametrize("name", SCHEMAS)
def test_finite_defaults_obey_their_own_bounds(name):
    """A default outside its bounds could not be checked again."""
    for column in SCHEMAS[name].columns:
        if column.kind in ("number", "whole") and math.isfinite(column.default):
            assert column.least <= column.default <= column.most
            assert column.default > column.above
        if column.kind == "clock":
            assert column.default in (0, END_OF_TIME_S)


def test_model_of_a_schema_has_its_columns():
    """The pydantic model is made from the schema, one list of cells a column, and shuts out anything else."""
    model = columns_model(ORDERS)

    assert set(model.model_fields) == {column.name for column in ORDERS.columns} | {"named"}
    assert model.model_config["extra"] == "forbid"
    assert columns_model(ORDERS) is model
