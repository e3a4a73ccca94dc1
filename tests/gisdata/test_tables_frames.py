"""Frames made in a notebook are checked like files, and what is checked once comes back the same."""

import datetime as dt

import geopandas
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

from gisdata import check_depots, check_orders, check_pieces, check_vehicles, read_orders, read_vehicles
from gisdata.errors import CrsError, MissingColumnError, TableError

PLACES = {"id": ["A", "B"], "lon": [7.42, 7.5], "lat": [43.73, 43.8]}


def test_typed_columns_are_accepted():
    """Numbers, missing values of three kinds, times and booleans as a notebook makes them."""
    orders = check_orders(pd.DataFrame({
        "id": [1, 2], "lon": np.array([7.42, 7.5], dtype=np.float32), "lat": [43.73, 43.8],
        "weight_kg": [None, 5], "volume_m3": pd.array([1, None], dtype="Int64"), "service_min": [np.nan, 2.5],
        "window_begin": [dt.time(8, 30), "06:00"], "window_end": [pd.Timedelta(hours=30), pd.NaT],
    }))

    assert orders["id"].tolist() == ["1", "2"]
    assert orders[["weight_kg", "volume_m3", "service_s"]].to_numpy().tolist() == [[0, 1, 0], [5, 0, 150]]
    assert orders["window_begin"].tolist() == [30600, 21600]
    assert orders["window_end"].iloc[0] == 108000


def test_whole_numbers_in_a_clock_column_are_seconds():
    """As a checked table holds them; a number of hours is too small to be meant and is refused with its remedy."""
    assert check_depots(pd.DataFrame({**PLACES, "open": [21600, 0]}))["open"].tolist() == [21600, 0]

    with pytest.raises(TableError, match=r"is 6 s after midnight .* write 06:00"):
        check_depots(pd.DataFrame({**PLACES, "open": [6, 7]}))


@pytest.mark.parametrize(("check", "columns"), [
    (check_orders, {**PLACES, "weight_kg": [0.1, 1e5], "window_begin": ["08:00", "00:01"],
                    "window_end": ["30:00", ""], "service_min": [1 / 3, 7], "skills": ["b;a;b", ""],
                    "demand_托盘": [1, None], "note": [None, 3.5]}),
    (check_depots, {**PLACES, "open": ["06:00", None], "close": ["20:00", None]}),
    (check_pieces, {"order": ["A", "A"], "id": ["1", "2"], "length_m": [1.2, 0.8], "width_m": 1, "height_m": 1,
                    "stackable": ["no", None]}),
    (check_vehicles, {"id": ["van", "truck"], "count": [3, 1], "payload_kg": [None, 8000],
                      "capacity_pallets": [6, None], "shift_begin": ["22:00", ""], "shift_end": ["06:00+1", ""],
                      "axles": [None, 3], "max_hours": [None, 8], "fixed_cost": [None, 80],
                      "customs_supervised": ["是", False]}),
])
def test_checking_twice_changes_nothing(check, columns):
    """check(check(x)) equals check(x): in every value, type, label, column and order of columns."""
    once = check(pd.DataFrame(columns, index=pd.Index(["x", "y"], name="label")))

    twice = check(once)

    if isinstance(once, geopandas.GeoDataFrame):
        assert_geodataframe_equal(twice, once)
    assert_frame_equal(pd.DataFrame(twice), pd.DataFrame(once))


def test_read_table_passes_the_check_unchanged(tmp_path):
    """What a file gave, filtered and reordered in a notebook, goes on as it is."""
    (tmp_path / "a.csv").write_text("id,lon,lat,note\nA,7.4,43.7,1\nB,7.5,43.8,2\nC,7.6,43.9,3\n", encoding="utf-8")
    some = read_orders(tmp_path / "a.csv").iloc[[2, 0]]

    assert_geodataframe_equal(check_orders(some), some)


def test_faults_of_a_frame_name_the_index_label():
    """The label is what the reader of a frame sees, text or number."""
    with pytest.raises(TableError) as by_text:
        check_orders(pd.DataFrame({**PLACES, "weight_kg": [1, -1]}, index=["first", "second"]))
    with pytest.raises(TableError) as by_number:
        check_orders(pd.DataFrame({**PLACES, "id": ["A", "A"]}, index=[40, 50]))

    (fault,) = by_text.value.faults
    assert (fault.file, fault.row, fault.column, fault.value) == ("orders table", "second", "weight_kg", "-1")
    (fault,) = by_number.value.faults
    assert (fault.row, fault.reason) == (50, "repeats row 40")


@pytest.mark.parametrize("value", [np.inf, -np.inf, -0.1, 1e6, 10**400, 1j, object(), [1], {"a": 1}, b"5", True,
                                   pd.Timestamp("2026-01-01"), np.float64("-inf"), np.longdouble(1e300)])
def test_value_that_is_no_amount_is_a_fault(value):
    """Whatever an object column holds: a fault, not a crash."""
    with pytest.raises(TableError) as caught:
        check_orders(pd.DataFrame({**PLACES, "weight_kg": pd.Series([1, value], dtype=object)}))

    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(1, "weight_kg")]


def test_empty_frame_is_an_empty_table():
    """A filter in a notebook may leave nothing; the columns must be there all the same."""
    orders = check_orders(pd.DataFrame({"id": [], "lon": [], "lat": []}))

    assert len(orders) == 0
    assert "window_begin" in orders.columns
    assert_geodataframe_equal(check_orders(orders), orders)
    with pytest.raises(MissingColumnError):
        check_orders(pd.DataFrame({"lon": [], "lat": []}))


def test_other_columns_of_a_frame_stay_as_they_are():
    """Categories, objects and labels that are no text are not the schema's business."""
    frame = pd.DataFrame({**PLACES, "quarter": pd.Categorical(["n", "s"]), 7: [1, 2],
                          "when": pd.to_datetime(["2026", "2027"])})

    orders = check_orders(frame)

    assert_frame_equal(pd.DataFrame(orders[["quarter", 7, "when"]]), frame[["quarter", 7, "when"]])


def test_frame_given_is_not_changed():
    """A check reads; the caller's frame keeps its columns and values."""
    frame = pd.DataFrame({**PLACES, "weight_kg": ["5", ""]})
    before = frame.copy(deep=True)

    check_orders(frame)

    assert_frame_equal(frame, before)


def test_points_stand_in_for_lon_and_lat():
    """A GeoDataFrame in any reference system needs no columns lon and lat, and its geometry may have any name."""
    frame = geopandas.GeoDataFrame({"id": ["A", "B"], "spot": geopandas.points_from_xy(PLACES["lon"], PLACES["lat"])},
                                   geometry="spot", crs=4326).to_crs(3857)

    orders = check_orders(frame)

    assert orders["lon"].tolist() == pytest.approx(PLACES["lon"], abs=1e-9)
    assert orders.columns[-1] == orders.active_geometry_name == "geometry"
    assert orders.crs.to_epsg() == 4326


def test_points_without_a_reference_system_need_lon_and_lat():
    """The columns are degrees by definition; bare points may be anything."""
    frame = geopandas.GeoDataFrame(PLACES, geometry=geopandas.points_from_xy(PLACES["lon"], PLACES["lat"]))

    assert check_orders(frame)["lon"].tolist() == PLACES["lon"]
    with pytest.raises(CrsError, match="orders table: the geometry has no reference system"):
        check_orders(frame.drop(columns=["lon", "lat"]))


def test_points_that_contradict_lon_and_lat_are_faults():
    """A column edited after the points were made would be ignored without a word."""
    orders = check_orders(pd.DataFrame(PLACES))
    orders.loc[1, "lon"] = 7.6

    with pytest.raises(TableError, match=r"row 1, column 'lon': disagrees with the geometry, which lies at 7.5"):
        check_orders(orders)


def test_two_columns_of_one_name_are_a_fault():
    """Which of them is meant cannot be known."""
    frame = pd.DataFrame([["A", 1, 2, 3]], columns=["id", "lon", "lat", "lon"])

    with pytest.raises(TableError, match="column 'lon': two columns have this header"):
        check_orders(frame)


def test_only_frames_are_checked():
    """A path or a list has another door."""
    with pytest.raises(TypeError, match=r"needs a DataFrame, got a str; read a file with read_orders"):
        check_orders("orders.csv")


def test_checked_vehicles_keep_their_price(tmp_path):
    """The cost of a kilometre that stands in for no cost at all is set once, not again on the second check."""
    (tmp_path / "v.csv").write_text("id,count,cost_per_km\nvan,1,\nbike,1,0\n", encoding="utf-8")
    vehicles = read_vehicles(tmp_path / "v.csv")

    assert vehicles["cost_per_km"].tolist() == check_vehicles(vehicles)["cost_per_km"].tolist() == [1, 0]
