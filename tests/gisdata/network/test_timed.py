"""Speeds by the hour: factors, stretches by OSM id, OSRM's file; and a matrix for each hour."""

import numpy as np
import pandas as pd
import pytest

import routing
from gisdata import TableError, load_profile, load_sample, read_hourly_speeds, sample_path
from gisdata.errors import InputFileError
from gisdata.network import edge_speed_kmh
from gisdata.network.timed import stretches, unmatched_speeds
from routing.errors import ProblemError

CAR = load_profile("car")
BEND = {10: (0.0, 0.0), 20: (0.003, 0.0)}
DAY = ", ".join(["1.0"] * 8 + ["0.5"] + ["1.0"] * 15)


def file_of(tmp_path, content, name="speeds.csv"):
    """Return a file with this content."""
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    return file


@pytest.fixture
def bend_town(network_of):
    """Return one primary road of 300 m from node 10 over node 15, after 100 m, to node 20; and a parallel one."""
    roads = [{"ends": (10, 20), "via": [(0.001, 0.0)], "length_m": 300.0, "highway": "primary", "two_way": False,
              "node_ids": "10;15;20"},
             {"ends": (10, 20), "via": [(0.001, 0.001)], "length_m": 500.0, "highway": "residential", "two_way": False}]
    return network_of(BEND, roads)


def speeds_on(town, speeds, weekday="", at=None):
    """Return the speed of a car on the primary road, and on the other."""
    found = edge_speed_kmh(town, CAR.on_trip(speeds=speeds, weekday=weekday, at=at)).tolist()
    return found if town.edges["highway"].iloc[0] == "primary" else found[::-1]


def test_factors_by_class_weekday_and_hour(bend_town, tmp_path):
    """Primary 65 km/h, residential 25 (OSRM profiles/car.lua); half on weekdays from 8 to 9, `*` for other classes."""
    toml = file_of(tmp_path, f"""
source = "own"
[[factors]]
classes = ["primary"]
weekdays = "Mo-Fr"
values = [{DAY}]
[[factors]]
classes = ["*"]
values = [{DAY.replace("0.5", "0.8")}]
""", "hours.toml")
    speeds = read_hourly_speeds(toml)

    assert speeds_on(bend_town, speeds) == [65, 25]
    assert speeds_on(bend_town, speeds, "Mo", "08:59") == [32.5, 20]
    assert speeds_on(bend_town, speeds, "Mo", "09:00") == [65, 25]
    assert speeds_on(bend_town, speeds, "Sa", "08:30") == [65, 20]


def test_stretches_count_by_their_share_of_an_edge(bend_town, tmp_path):
    """100 m at 20 km/h and 200 m at 65 km/h: 300 m in 18 s + 11.08 s, 37.14 km/h."""
    speeds = read_hourly_speeds(file_of(tmp_path, "10,15,20\n"))
    seconds = 0.1 / 20 + 0.2 / 65

    assert speeds_on(bend_town, speeds)[0] == pytest.approx(0.3 / seconds, rel=1e-4)
    assert speeds_on(bend_town, speeds)[1] == 25


def test_the_most_specific_hour_counts_and_the_last_row_of_equals(bend_town, tmp_path):
    """Every hour 40, on Monday 30, at 8 on every day 25, on Monday at 8 first 15, then 12; more than 130 is 130."""
    rows = ["u,v,weekday,hour,speed_kmh", "15,20,,,40", "10,15,,,40", "15,20,Mo,,30", "10,15,0,,30", "10,15,,8,25",
            "15,20,,8,25", "10,15,Mo,8,15", "10,15,Mo,8,12", "15,20,Mo,8,12", "15,20,Su,23,250", "10,15,Su,23,250"]
    speeds = read_hourly_speeds(file_of(tmp_path, "\n".join(rows)))

    found = [speeds_on(bend_town, speeds, *when)[0] for when in
             [(), ("Tu", "07:00"), ("Mo", "07:00"), ("Tu", "08:00"), ("Mo", "08:30"), ("Su", "23:00")]]

    assert found == pytest.approx([40, 40, 30, 25, 12, 130])


def test_ends_of_an_edge_and_the_key_of_a_parallel_one(bend_town, tmp_path):
    """Neighbours before ends of an edge; with a key, one of parallel edges; what fits nothing is listed."""
    near = read_hourly_speeds(file_of(tmp_path, "u,v,speed_kmh\n10,20,18\n20,10,5\n7,8,9\n"))
    second = read_hourly_speeds(file_of(tmp_path, "u,v,key,speed_kmh\n10,20,1,18\n10,20,2,5\n"))
    keyed = bend_town.edges["highway"].iloc[1]

    assert speeds_on(bend_town, near) == [65, 18]  # on the road over node 15, 10 and 20 are no neighbours
    assert unmatched_speeds(bend_town, near)[["u", "v"]].to_numpy().tolist() == [[20, 10], [7, 8]]
    assert speeds_on(bend_town, second) == pytest.approx([18, 25] if keyed == "primary" else [65, 18])
    assert unmatched_speeds(bend_town, second)["key"].tolist() == [2]


def test_a_speed_of_nothing_closes(bend_town, tmp_path):
    """As in OSRM: the edge cannot be used."""
    assert speeds_on(bend_town, read_hourly_speeds(file_of(tmp_path, "15,20,0,1.5\n")))[0] == 0


def test_stretches_of_real_roads_add_up(monaco_roads):
    """Each edge's shares are one whole; neighbouring ends meet; most edges have more than one stretch."""
    known = stretches(monaco_roads)
    inner = known.edge[1:] == known.edge[:-1]

    assert np.bincount(known.edge, known.share) == pytest.approx(np.ones(len(monaco_roads.edges)))
    assert (known.v[:-1][inner] == known.u[1:][inner]).all()
    assert len(known.edge) > 3 * len(monaco_roads.edges)


def test_every_row_of_a_file_made_from_real_roads_is_matched(monaco_roads, tmp_path):
    """All stretches at 36 km/h: every open edge of a car is driven at 36."""
    known = stretches(monaco_roads)
    rows = pd.DataFrame({"u": known.u, "v": known.v, "speed": 36}).drop_duplicates(["u", "v"])
    file = tmp_path / "osrm.csv"
    rows.to_csv(file, index=False, header=False)
    speeds = read_hourly_speeds(file)

    driven = edge_speed_kmh(monaco_roads, CAR.on_trip(speeds=speeds))

    assert len(unmatched_speeds(monaco_roads, speeds)) == 0
    assert driven[driven > 0] == pytest.approx(36)
    assert ((driven > 0) == (edge_speed_kmh(monaco_roads, CAR) > 0)).all()


@pytest.mark.parametrize(("content", "found"), [
    ("1,2\n3,4", [(None, "")]),
    ("u,v,hour\n1,2,3", [(None, "speed_kmh")]),
    ("u,v,speed_kmh,wind\n1,2,3,4", [(None, "wind")]),
    ("1,2,fast\n1.5,2,3\n1,2,-3\n,2,3\n1,2,251", [(2, "u"), (4, "u"), (1, "speed_kmh"), (3, "speed_kmh"),
                                                  (5, "speed_kmh")]),
    ("u,v,weekday,hour,speed_kmh\n1,2,Mon,24,9\n1,2,7,-1,9", [(2, "weekday"), (3, "weekday"), (2, "hour"),
                                                             (3, "hour")]),
])
def test_faults_of_a_table(tmp_path, content, found):
    """All at once, with row and column."""
    with pytest.raises(TableError) as caught:
        read_hourly_speeds(file_of(tmp_path, content))

    assert [(fault.row, fault.column) for fault in caught.value.faults] == found


def test_faults_of_factors(tmp_path):
    """No source, an unknown key, classes that are no list, 23 values, a negative one, hours for weekdays."""
    toml = file_of(tmp_path, """
colour = "red"
[[factors]]
classes = "primary"
values = [1, 2]
weekdays = "07:00-09:00"
[[factors]]
classes = ["primary"]
values = [-1.0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
sauce = "x"
""", "bad.toml")

    with pytest.raises(TableError) as caught:
        read_hourly_speeds(toml)

    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (None, "colour"), (None, "source"), ("factors 1", "classes"), ("factors 1", "values"),
        ("factors 1", "weekdays"), ("factors 2", "sauce"), ("factors 2", "values")]


@pytest.mark.parametrize("content", ["", "u,v,speed_kmh\n1,2,3,4,5\n1,2"])
def test_what_is_no_table_is_refused(tmp_path, content):
    """Empty; ragged."""
    with pytest.raises((InputFileError, TableError)):
        read_hourly_speeds(file_of(tmp_path, content))


def test_a_matrix_for_each_hour(bend_town, tmp_path):
    """The peak at 8 doubles the time on the primary road; at the other hours it is that of no stated time."""
    toml = file_of(tmp_path, f'source = "own"\n[[factors]]\nclasses = ["*"]\nvalues = [{DAY}]\n', "hours.toml")
    van = load_profile("van").on_trip(speeds=read_hourly_speeds(toml))
    places = pd.DataFrame({"lon": [0.0005, 0.0025], "lat": [0.0, 0.0]})

    by_hour = routing.travel_matrix(bend_town, places, van, weekday="Mo", hours=range(7, 10))
    untimed = routing.travel_matrix(bend_town, places, "van")

    assert list(by_hour) == [7, 8, 9]
    assert by_hour[7] == by_hour[9] == untimed
    assert by_hour[8].duration_s[0, 1] == pytest.approx(2 * untimed.duration_s[0, 1], abs=1)


@pytest.mark.parametrize(("hours", "weekday"), [([24], "Mo"), ([-1], "Mo"), ([8], "Monday"), ([8], "")])
def test_hours_that_are_none_are_refused(bend_town, hours, weekday):
    """No such hour, no such weekday, no weekday."""
    with pytest.raises(ProblemError, match="hours are 0 to 23"):
        routing.travel_matrix(bend_town, pd.DataFrame({"lon": [0.0], "lat": [0.0]}), "van", weekday=weekday,
                              hours=hours)


def test_the_sample_hours_slow_wuhan_down_in_the_peaks():
    """At 8 on Monday every street is slower than at night."""
    speeds = read_hourly_speeds(sample_path("wuhan") / "hourly-speeds.toml")
    roads, van = load_sample("wuhan").roads, load_profile("van").on_trip(speeds=speeds)

    assert (edge_speed_kmh(roads, van.on_trip(weekday="Mo", at="08:00"))
            < edge_speed_kmh(roads, van.on_trip(weekday="Mo", at="03:00"))).all()
