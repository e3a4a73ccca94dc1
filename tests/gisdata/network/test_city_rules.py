"""Rules of a city: read from tables with every fault at once, bound to trips, applied to roads and explained."""

import pandas as pd
import pytest
import shapely

from gisdata import TableError, city_rules_report, load_profile, load_sample, read_city_rules, sample_path
from gisdata.errors import InputFileError
from gisdata.network import many_to_many, snap
from gisdata.network.access import access, why_closed
from gisdata.network.city import edges_meant
from gisdata.profiles.cityrule import CityRule

TRUCK = load_profile("truck")
BOX = "POLYGON((0.0015 -0.001, 0.0025 -0.001, 0.0025 0.001, 0.0015 0.001, 0.0015 -0.001))"
LINE = {n: (n / 1000, 0.0) for n in range(1, 7)}
HEAD = "name,area,ways,roads,vehicles,min_mass_t,energies,weekdays,hours,plate,permit,effect,source,date"


@pytest.fixture
def line_town(network_of):
    """Return a town with two roads from 1 to 6: 500 m in a row (ways 1 to 5, street A), and 2 km around it (way 6)."""
    roads = [{"ends": (n, n + 1), "name": "Street A"} for n in range(1, 6)]
    return network_of(LINE, [*roads, {"ends": (1, 6), "length_m": 2000.0, "via": [(0.003, 0.1)]}])


def written(tmp_path, *rows, name="rules.csv"):
    """Return a file with these rows under the header."""
    file = tmp_path / name
    file.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return file


def rule(**said):
    """Return a rule on way 2."""
    return CityRule(**{"name": "Ban", "ways": {2}, "source": "gazette", "date": "2026-01-05"} | said)


@pytest.mark.parametrize(("said", "trip", "expected"), [
    ({}, {}, True), ({"vehicles": {"hgv"}}, {}, True), ({"vehicles": {"goods"}}, {}, False),
    ({"min_mass_t": 18}, {}, True), ({"min_mass_t": 18.1}, {}, False), ({"energies": {"diesel"}}, {}, True),
    ({"energies": {"petrol"}}, {}, False), ({"times": "Mo-Fr 07:00-09:00"}, {}, False),
    ({"times": "Mo-Fr 07:00-09:00"}, {"weekday": "Mo", "at": "07:00"}, True),
    ({"times": "Mo-Fr 07:00-09:00"}, {"weekday": "Mo", "at": "09:00"}, False),
    ({"plate": "odd"}, {}, True), ({"plate": "odd"}, {"plate": "鄂A12345"}, True),
    ({"plate": "odd"}, {"plate": "鄂A1234Q"}, False),
    ({"plate": "1;6"}, {"plate": "鄂A12346"}, True), ({"plate": "1;6"}, {"plate": "鄂A12347"}, False),
    ({"permit": "green"}, {}, True), ({"permit": "green"}, {"permits": ["green"]}, False),
    ({"permit": "green"}, {"permits": ["red"]}, True),
])
def test_whom_a_rule_binds(said, trip, expected):
    """A diesel truck of 18 t; of a plate the last digit counts, a letter behind it does not."""
    assert rule(**said).binds(TRUCK.on_trip(**trip)) is expected


@pytest.mark.parametrize("said", [{"times": "sometimes"}, {"effect": "fine"}, {"plate": "blue"}, {"ways": set()}])
def test_an_impossible_rule_is_refused(said):
    """Times, effect, plates; a rule without a place."""
    with pytest.raises(ValueError, match="city rule 'Ban'"):
        rule(**said)


def test_a_ban_sends_the_truck_around_and_spares_who_is_not_bound(line_town):
    """Ways 1 to 5 are 500 m, the way around 2,000 m; no graph is built anew."""
    ends = snap(line_town, [0.001, 0.006], [0.0, 0.0], "truck")

    def metres(who):
        return int(many_to_many(line_town, who, ends[:1], ends[1:])[1][0, 0]) // 1000

    bound = TRUCK.on_trip(rules=[rule(vehicles={"hgv"}, permit="green")])
    assert metres(TRUCK) == 500
    assert metres(bound) == 2000
    assert metres(bound.on_trip(permits=["green"])) == 500
    assert metres(load_profile("van").on_trip(rules=bound.trip.rules)) == 500


def test_places_in_a_closed_area_are_unreachable_and_the_ban_is_the_reason(line_town):
    """The place on way 2 stays there; a ban of through traffic alone lets it be served."""
    area = shapely.from_wkt(BOX)
    inside = snap(line_town, [0.002, 0.006], [0.0, 0.0], TRUCK)
    banned = TRUCK.on_trip(rules=[rule(ways=(), area=area, name="Centre")])
    ends_only = TRUCK.on_trip(rules=[rule(ways=(), area=area, name="Centre", effect="no_through")])

    assert snap(line_town, [0.002], [0.0], banned).edge == inside.edge[:1]
    assert many_to_many(line_town, banned, inside[1:], inside[:1])[0].tolist() == [[-1]]
    assert many_to_many(line_town, ends_only, inside[1:], inside[:1])[1].tolist() == [[400_000]]
    (reason, *_) = why_closed(line_town, banned, inside.edge[:1], ends_there=True)
    assert (reason.tag, reason.value) == ("city rule", "Centre")
    assert reason.rule == "closed to truck; gazette, 2026-01-05"
    assert why_closed(line_town, ends_only, inside.edge[:1], ends_there=True) == []


def test_edges_meant_by_area_way_and_name(line_town):
    """Half of way 1 and of way 2 lie in the box: 50 m each, more than a stub."""
    ways = line_town.edges["way_ids"]

    def meant(**said):
        return set(ways[edges_meant(line_town, rule(**{"ways": ()} | said))])

    assert meant(area=shapely.from_wkt(BOX)) == {"1", "2"}
    assert meant(ways={2, 99}) == {"2"}
    assert meant(roads={"street a"}) == {"1", "2", "3", "4", "5"}
    assert meant(area=shapely.from_wkt(BOX), ways={2, 5}) == {"2"}
    assert meant(roads={"No such street"}) == set()


def test_the_report_shows_a_rule_that_means_nothing_here(line_town):
    """Kilometres of both directions."""
    report = city_rules_report(line_town, [rule(), rule(name="Elsewhere", ways={77})])

    assert report[["name", "edges", "km"]].to_numpy().tolist() == [["Ban", 2, 0.2], ["Elsewhere", 0, 0.0]]


def test_a_table_becomes_rules(tmp_path):
    """Every column; Excel and TOML say the same."""
    said = {"name": "Peak", "area": BOX, "ways": "12;13", "roads": "Main Street", "vehicles": "hgv;goods",
            "min_mass_t": "4.5", "energies": "diesel", "weekdays": "Mo-Fr", "hours": "07:00-09:00;17:00-19:00",
            "plate": "1;6", "permit": "green", "effect": "禁止过境", "source": "gazette", "date": "2026-01-05"}
    csv = written(tmp_path, ",".join(f'"{cell}"' for cell in said.values()))
    excel, toml = tmp_path / "限行 rules.xlsx", tmp_path / "rules.toml"
    pd.DataFrame([said]).to_excel(excel, index=False)
    toml.write_text("[[rule]]\n" + "\n".join(f'{key} = "{value}"' for key, value in said.items()), encoding="utf-8")

    (one,) = read_city_rules(csv)

    assert one == CityRule(
        name="Peak", area=shapely.from_wkt(BOX), ways=frozenset({12, 13}), roads=frozenset({"Main Street"}),
        vehicles=frozenset({"hgv", "goods"}), min_mass_t=4.5, energies=frozenset({"diesel"}),
        times="Mo-Fr 07:00-09:00,17:00-19:00", plate="1;6", permit="green", effect="no_through", source="gazette",
        date="2026-01-05")
    assert read_city_rules(excel) == read_city_rules(toml) == (one,)


def test_all_faults_of_a_table_are_told_at_once(tmp_path):
    """One of each kind, with its row."""
    file = written(
        tmp_path,
        "A,Nowhere,,,hgv,,,,,,,,gazette,2026-01-05",
        "B,,1;x,,lorry,,coal,Monday,7-9,red,,,gazette,yesterday",
        "C,,,,,,,,,,,,gazette,2026-01-05",
        'D,"POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))",,,,,,,,,,,gazette,2026-01-05',
        'E,"POLYGON((500 0, 501 0, 501 1, 500 0))",,,,,,,,,,,gazette,2026-01-05',
        "F,POINT(1 2),,,,,,,,,,,gazette,2026-01-05")

    with pytest.raises(TableError) as caught:
        read_city_rules(file)

    found = [(fault.row, fault.column) for fault in caught.value.faults]
    assert found == [(2, "area"), (3, "hours"), (3, "plate"), (3, "date"), (3, "ways"), (3, "vehicles"),
                     (3, "energies"), (4, "area"), (5, "area"), (6, "area"), (7, "area")]
    assert all(fault.remedy for fault in caught.value.faults)


@pytest.mark.parametrize(("rows", "column"), [
    (["A,,1,,,,,,,,,perhaps,gazette,2026-01-05"], "effect"), (["A,,1,,,-3,,,,,,,gazette,2026-01-05"], "min_mass_t"),
    (["A,,1,,,,,,,,,,,2026-01-05"], "source"), (["A,,1,,,,,,,,,,g,2026-01-05"] * 2, "name")])
def test_cells_are_checked_as_in_other_tables(tmp_path, rows, column):
    """A word that is no effect, a negative mass, no source, a name twice."""
    with pytest.raises(TableError) as caught:
        read_city_rules(written(tmp_path, *rows))

    assert {fault.column for fault in caught.value.faults} == {column}


def test_unknown_columns_and_keys_are_refused(tmp_path):
    """A misspelt condition would bind everybody."""
    csv, toml = tmp_path / "a.csv", tmp_path / "a.toml"
    csv.write_text("name,ways,source,date,vehicels\nA,1,g,2026-01-05,hgv\n", encoding="utf-8")
    toml.write_text('[[rule]]\nname = "A"\nways = [1]\nsource = "g"\ndate = 2026-01-05\nhour = "7"\n', encoding="utf-8")

    for file, column in ((csv, "vehicels"), (toml, "hour")):
        with pytest.raises(TableError, match=f"column '{column}'.*there is no such column"):
            read_city_rules(file)


@pytest.mark.parametrize("content", ["[]", "{", '{"features": [{"properties": {}, "geometry": null}]}'])
def test_areas_that_are_none_are_refused(tmp_path, content):
    """No collection, cut short, no name."""
    areas = tmp_path / "areas.geojson"
    areas.write_text(content, encoding="utf-8")

    with pytest.raises(InputFileError, match="property 'name'"):
        read_city_rules(written(tmp_path, "A,Centre,,,,,,,,,,,g,2026-01-05"), areas=areas)


def test_the_sample_rules_close_the_centre_by_day():
    """Wuhan: made-up rules on real streets; who holds the permit passes as long as he ends there."""
    folder = sample_path("wuhan")
    rules = read_city_rules(folder / "city-rules.toml", areas=folder / "city-areas.geojson")
    roads = load_sample("wuhan").roads
    truck = load_profile("cn_truck_6_8m").on_trip(rules=rules, weekday="Mo", at="08:00")
    inside = edges_meant(roads, rules[0])

    assert 1000 < inside.sum() < 5000
    assert not access(roads, truck).ends[inside].any()
    assert access(roads, truck.on_trip(at="23:00")).ends[inside].all()
    assert not access(roads, truck.on_trip(permits=["City permit"])).through[inside].any()
    assert access(roads, truck).through[~inside].all()
