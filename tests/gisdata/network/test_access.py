"""Which roads are open to whom: planted tags of every kind, barriers, reasons, the report."""

import dataclasses

import numpy as np
import pytest

from gisdata import load_profile
from gisdata.network.access import access, why_blocked, why_closed
from gisdata.network.report import doubts, roads_report
from gisdata.network.speeds import edge_speed_kmh, open_nodes
from gisdata.profiles import Trip

TWO = {1: (0.0, 0.0), 2: (0.001, 0.0)}
MONDAY_8 = Trip(weekday="Mo", at_s=8 * 3600)
MONDAY_20 = Trip(weekday="Mo", at_s=20 * 3600)


def state(network_of, who, tags):
    """Return ``open``, ``ends`` (only to begin or end there) or ``closed`` for one road."""
    found = access(network_of(TWO, [{"ends": (1, 2), "two_way": False} | tags]), who)
    return "open" if found.through[0] else "ends" if found.ends[0] else "closed"


@pytest.mark.parametrize(("tag", "limit", "figure", "over", "within"), [
    ("maxheight", "3.5", "height_m", 3.51, 3.5), ("maxheight:physical", "3.5", "height_m", 3.51, 3.5),
    ("maxheight", "11'6\"", "height_m", 3.52, 3.5), ("maxwidth", "2.2", "width_m", 2.3, 2.2),
    ("maxwidth:physical", "2.2 m", "width_m", 2.3, 2.2), ("width", "2", "width_m", 2.3, 1.9),
    ("maxlength", "12", "length_m", 12.1, 12.0), ("maxlength:hgv", "12", "length_m", 12.1, 12.0),
    ("maxweight", "7.5", "mass_t", 7.6, 7.5), ("maxweight:hgv", "7500 kg", "mass_t", 7.6, 7.5),
    ("maxweightrating", "3.5", "rated_mass_t", 7.5, 3.5), ("maxweightrating:hgv", "3.5", "rated_mass_t", 7.5, 3.5),
    ("maxaxleload", "8", "axle_load_t", 8.5, 8.0), ("maxbogieweight", "16", "bogie_load_t", 18.0, 16.0),
    ("maxaxles", "2", "axles", 3, 2),
])
def test_a_vehicle_over_a_limit_is_barred_and_one_at_it_is_not(network_of, tag, limit, figure, over, within):
    """Every limit tag, on a road and on a node; nothing else about the vehicle is in the way."""
    free = dataclasses.replace(load_profile("truck"), height_m=0, width_m=0, length_m=0, mass_t=0, rated_mass_t=0,
                               axle_load_t=0, bogie_load_t=0, axles=0)
    larger, equal = (dataclasses.replace(free, **{figure: value}) for value in (over, within))

    assert [state(network_of, who, {tag: limit}) for who in (free, equal, larger)] == ["open", "open", "closed"]
    if tag != "width":
        town = network_of(TWO, [{"ends": (1, 2)}], {2: {"barrier": "height_restrictor", tag: limit}})
        assert [open_nodes(town, who)[1] for who in (free, equal, larger)] == [True, True, False]
        ((node, closing),) = why_blocked(town, larger, [0, 1])
        assert (node, closing.tag, closing.value) == (1, tag, limit)


@pytest.mark.parametrize(("who", "tags", "expected"), [
    ("truck", {"hgv": "destination"}, "ends"), ("van", {"hgv": "destination"}, "open"),
    ("truck", {"access": "delivery"}, "ends"), ("truck", {"access": "customers"}, "ends"),
    ("truck", {"access": "destination", "hgv": "no"}, "closed"), ("truck", {"access": "no", "hgv": "delivery"}, "ends"),
    ("truck", {"hgv": "discouraged"}, "closed"), ("truck", {"access": "permit"}, "closed"),
    ("semitrailer", {"hgv": "yes", "hgv_articulated": "no"}, "closed"), ("semitrailer", {"hgv": "no"}, "closed"),
    ("truck", {"hgv_articulated": "no"}, "open"), ("truck", {"hgv": "no;destination"}, "closed"),
    ("truck", {"hazmat": "no"}, "open"), ("truck hazmat=true", {"hazmat": "no"}, "closed"),
    ("truck hazmat=true", {"hazmat": "destination"}, "ends"), ("truck hazmat=true", {"hazmat:water": "no"}, "closed"),
    ("truck hazmat=true", {"hgv": "no", "hazmat": "designated"}, "closed"), ("truck", {"access": "Mo-Fr"}, "open"),
    ("van", {"maxlength:hgv": "5", "maxweight:hgv": "1"}, "open"), ("truck", {"smoothness": "impassable"}, "closed"),
    ("truck", {"maxheight": "default", "maxweight": "fixme"}, "open"), ("truck", {"maxheight": "3.8;4.2"}, "closed"),
    ("truck", {"maxheight": "4.5", "maxheight:physical": "3.9"}, "closed"),
    ("truck", {"maxweight": "3.5", "maxweight:conditional": "none @ destination"}, "ends"),
    ("truck", {"maxweight:conditional": "7.5 @ (Mo-Fr 07:00-19:00)"}, "open"),
    ("truck", {"hgv:conditional": "no @ (weight>12)"}, "closed"),
    ("truck", {"hgv:conditional": "no @ (weight>18)"}, "open"),
    ("truck", {"access": "no", "access:conditional": "yes @ (delivery)"}, "ends"),
    ("truck", {"hgv": "no", "hgv:conditional": "destination @ (length<=12)"}, "ends"),
])
def test_roads_open_by_tags(network_of, who, tags, expected):
    """The hierarchy, destination-only access, classes, dangerous goods, conditions on the vehicle."""
    assert state(network_of, load_profile(who), tags) == expected


@pytest.mark.parametrize(("tags", "at_8", "at_20"), [
    ({"hgv:conditional": "no @ (Mo-Fr 07:00-19:00)"}, "closed", "open"),
    ({"hgv:conditional": "destination @ (Mo-Fr 07:00-19:00)"}, "ends", "open"),
    ({"access": "no", "access:conditional": "yes @ (19:00-07:00)"}, "closed", "open"),
    ({"maxweight:conditional": "7.5 @ (Mo-Fr 07:00-19:00)"}, "closed", "open"),
    ({"maxheight": "3", "maxheight:conditional": "none @ (19:00-07:00)"}, "closed", "open"),
    ({"hgv:conditional": "no @ (Mo-Fr 07:00-19:00 AND weight>20)"}, "open", "open"),
    ({"hgv": "yes", "motor_vehicle:conditional": "no @ (00:00-24:00)"}, "open", "open"),
])
def test_roads_open_by_the_hour(network_of, tags, at_8, at_20):
    """The same road on Monday at 8 and at 20."""
    truck = load_profile("truck")
    found = [state(network_of, dataclasses.replace(truck, trip=trip), tags) for trip in (MONDAY_8, MONDAY_20)]

    assert found == [at_8, at_20]


def test_speeds_by_the_hour_and_by_surface(network_of):
    """A limit of 30 from 7 to 19 h, driven at 0.8 of it; gravel at most 40; what cannot be read changes nothing."""
    roads = [{"maxspeed": "70", "maxspeed:conditional": "30 @ (07:00-19:00)"}, {"maxspeed": "70", "surface": "gravel"},
             {"maxspeed": "70", "surface": "asphalt;sand"}, {"maxspeed": "70", "maxspeed:conditional": "slow @ (Mo)"}]
    town = network_of(TWO, [{"ends": (1, 2), "two_way": False, "highway": "primary"} | road for road in roads])
    speeds = {hour: edge_speed_kmh(town, dataclasses.replace(load_profile("car"), trip=trip)).tolist()
              for hour, trip in ((8, MONDAY_8), (20, MONDAY_20))}

    assert sorted(speeds[8]) == pytest.approx([20, 24, 40, 56])
    assert sorted(speeds[20]) == pytest.approx([20, 40, 56, 56])


def test_reasons_name_tag_value_and_figure(network_of):
    """Two things bar the truck, and the hour a third."""
    tags = {"maxheight": "3,5", "hgv": "yes", "maxweight:conditional": "7.5 @ (Mo 07:00-19:00)", "maxwidth": "3"}
    town = network_of(TWO, [{"ends": (1, 2)} | tags])

    found = why_closed(town, "truck", [1], MONDAY_8)

    assert [(reason.edge, reason.tag, reason.value) for reason in found] == [
        (1, "maxheight", "3,5"), (1, "maxweight:conditional", "7.5 @ (Mo 07:00-19:00)")]
    assert found[0].rule == "truck has height_m 4 m, the limit is 3.5 m"
    assert found[1].rule == "truck has mass_t 18 t, the limit is 7.5 t on Mo at 08:00"
    assert why_closed(town, "car", [0, 1], MONDAY_8) == []


def test_through_traffic_only_is_a_reason_unless_the_way_ends_there(network_of):
    """Destination-only roads are closed to who passes."""
    town = network_of(TWO, [{"ends": (1, 2), "hgv": "destination"}])

    assert [reason.tag for reason in why_closed(town, "truck", [0])] == ["hgv"]
    assert why_closed(town, "truck", [0], ends_there=True) == []


def test_every_closed_edge_of_real_roads_has_a_reason_and_no_open_one_has(monaco_roads):
    """The masks and the reasons agree, edge by edge."""
    for name in ("car", "truck", "semitrailer"):
        found = access(monaco_roads, name)
        edges = np.arange(len(monaco_roads.edges))
        barred = {reason.edge for reason in why_closed(monaco_roads, name, edges)}
        kept_out = {reason.edge for reason in why_closed(monaco_roads, name, edges, ends_there=True)}
        blocked = {node for node, _ in why_blocked(monaco_roads, name, range(len(monaco_roads.nodes)))}

        assert barred == set(np.flatnonzero(~found.through).tolist())
        assert kept_out == set(np.flatnonzero(~found.ends).tolist())
        assert blocked == set(np.flatnonzero(~found.passable).tolist())


def test_the_report_lists_what_was_doubtful_with_osm_ids(network_of):
    """Each tag once per way, and how it was treated; what does not bind the vehicle is left out."""
    roads = [{"maxheight": "4.2 m"}, {"maxheight": "3,5"}, {"maxweight": "fixme"}, {"hgv": "sometimes"},
             {"hgv:conditional": "no @ (Mo 07:00-09:00)"}, {"hgv:conditional": "no @ snow"}, {"goods": "sometimes"},
             {"maxspeed": "fast"}, {"maxheight": "4", "maxheight:physical": "3.8"}, {"hgv:conditional": "never"},
             {"access:conditional": "no @ (PH,Su 07:00-09:00)"}]
    town = network_of(TWO, [{"ends": (1, 2)} | road for road in roads], {2: {"maxheight": "low"}})

    rows = roads_report(town, "truck")[["element", "osm_id", "tag", "treated_as"]].to_numpy().tolist()

    untimed = "not evaluated: the trip states no weekday and clock time"
    assert rows == [
        ["node", 2, "maxheight", "cannot be read: ignored"],
        ["way", 2, "maxheight", "comma read as decimal point"],
        ["way", 3, "maxweight", "cannot be read: ignored"],
        ["way", 4, "hgv", "the value is not known: treated as open"],
        ["way", 5, "hgv:conditional", untimed],
        ["way", 6, "hgv:conditional", "'snow' cannot be evaluated: taken not to hold"],
        ["way", 8, "maxspeed", "cannot be read: the speed of the road class is driven"],
        ["way", 9, "maxheight:physical", "another tag says otherwise: the strictest counts (3.8)"],
        ["way", 10, "hgv:conditional", "cannot be read: ignored"],
        ["way", 11, "access:conditional", "holidays are taken as ordinary days"],
        ["way", 11, "access:conditional", untimed]]


def test_the_report_of_monaco_is_that_of_its_tags(monaco_roads):
    """Four ways; found by hand in the file with a text search for limits that are no number."""
    report = roads_report(monaco_roads, "truck")

    assert report[["osm_id", "tag", "value"]].to_numpy().tolist() == [
        [4230891, "maxheight", "default"], [200998962, "maxweight:conditional", "no @ CAM"],
        [944079968, "maxheight", "default"], [1230247123, "maxheight", "default"]]


@pytest.mark.parametrize(("trip", "treated"), [
    ({}, ["not evaluated: the trip states no date"]),
    ({"date": "2026-12-01"}, ["not evaluated: the trip states no weekday and clock time"]),
    ({"date": "2026-12-01", "at": "08:30"}, []), ({"date": "2026-07-01"}, []),
])
def test_what_a_condition_of_months_lacks_is_reported(trip, treated):
    """From November to March in the morning: the date decides in July, in December an hour is wanted too."""
    who = load_profile("truck").on_trip(**trip)

    told = doubts({"hgv": "yes", "hgv:conditional": "no @ (Nov-Mar 08:00-09:00)"}, who)

    assert [how for _, _, how in told] == treated
