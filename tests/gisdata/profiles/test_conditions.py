"""Conditional tags: hours, sizes, classes, and what cannot be decided."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisdata import load_profile
from gisdata.profiles import Trip
from gisdata.profiles.conditions import effective, holds, read_conditional
from gisdata.profiles.hours import read_hours
from gisdata.profiles.trip import WEEKDAYS

TRUCK = load_profile("truck")
NOVEMBER = dt.date(2026, 11, 27)


def at(weekday, clock, **changes):
    """Return a truck that departs then."""
    hours, minutes = map(int, clock.split(":"))
    return dataclasses.replace(TRUCK, trip=Trip(weekday=weekday, at_s=hours * 3600 + minutes * 60), **changes)


@pytest.mark.parametrize(("text", "weekday", "clock", "expected"), [
    ("Mo-Fr 07:00-19:00", "Mo", "07:00", True), ("Mo-Fr 07:00-19:00", "Mo", "19:00", False),
    ("Mo-Fr 07:00-19:00", "Sa", "12:00", False), ("07:00-09:00,16:00-19:00", "Su", "16:30", True),
    ("22:00-06:00", "We", "05:59", True), ("22:00-06:00", "We", "06:00", False), ("22:00-06:00", "We", "23:00", True),
    ("Fr 22:00-06:00", "Sa", "05:00", True), ("Fr 22:00-06:00", "Fr", "05:00", False),
    ("Sa-Mo", "Su", "03:00", True), ("Sa-Mo", "Tu", "03:00", False), ("24/7", "Th", "00:00", True),
    ("Mo-Fr 07:00-09:00; We off", "We", "08:00", False), ("Mo-Fr 07:00-19:00; Sa 08:00-12:00", "Sa", "11:00", True),
    ("Mo-Fr 05:00-11:00,Sa 05:00-10:00", "Fr", "10:30", True),
    ("Mo-Fr 05:00-11:00,Sa 05:00-10:00", "Sa", "10:30", False), ("Mo,We,Fr 08:00-09:00", "We", "08:30", True),
    ("Mo-Fr 18:00-24:00", "Fr", "23:59", True), ("mo-fr 7:00-9:00", "Mo", "08:00", True),
])
def test_hours(text, weekday, clock, expected):
    """Weekdays and clock times as in the specification of opening hours; the begin is in, the end is not."""
    hours, minutes = map(int, clock.split(":"))

    assert read_hours(text).hold(weekday, hours * 3600 + minutes * 60) is expected


@pytest.mark.parametrize("text", ["PH", "SH", "Nov-Mar", "sunrise-sunset", "Mo[1] 08:00-09:00", "week 1-10", "", "CAM",
                                  "2020 Mo", "Mo 25:00-26:00", "Mo 08:70-09:00"])
def test_hours_that_weekday_and_clock_do_not_decide(text):
    """Not understood is said, not guessed."""
    assert read_hours(text) is None


@given(days=st.sets(st.sampled_from(WEEKDAYS), min_size=1), begin=st.integers(0, 1439), length=st.integers(1, 1440),
       now=st.integers(0, 7 * 1440 - 1))
def test_hours_against_minutes_counted_out(days, begin, length, now):
    """A span on some weekdays, against a week written out minute by minute."""
    week = [False] * (7 * 1440)
    for day in days:
        for minute in range(length):
            week[(WEEKDAYS.index(day) * 1440 + begin + minute) % len(week)] = True
    end = begin + length
    text = f"{','.join(sorted(days))} {begin // 60:02d}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"

    assert read_hours(text).hold(WEEKDAYS[now // 1440], now % 1440 * 60) is week[now]


@pytest.mark.parametrize(("text", "clauses"), [
    ("no @ (Mo-Fr 07:00-19:00)", [("no", ("Mo-Fr 07:00-19:00",))]),
    ("no @ Mo 08:00-09:00; Sa 10:00-11:00", [("no", ("Mo 08:00-09:00; Sa 10:00-11:00",))]),
    ("destination @ (weight>3.5 AND 22:00-06:00); no @ (Su)",
     [("destination", ("weight>3.5", "22:00-06:00")), ("no", ("Su",))]),
    ("no @ (Mo-Fr 07:00-09:00; Sa 10:00-11:00); yes @ delivery",
     [("no", ("Mo-Fr 07:00-09:00; Sa 10:00-11:00",)), ("yes", ("delivery",))]),
    ("no@weight>7.5", [("no", ("weight>7.5",))]), ("yes", []), ("", []), ("@ (Mo)", []), ("no @ ()", []),
])
def test_values_and_conditions(text, clauses):
    """The grammar of the wiki page Conditional restrictions, and the slips that mappers make."""
    assert [tuple(clause) for clause in read_conditional(text)] == clauses


@pytest.mark.parametrize(("condition", "expected"), [
    ("weight>7.5", True), ("weight<=7.5", False), ("weight>=18 t", True), ("weight>18000 kg", False),
    ("weightrating>12", True), ("length>12", False), ("height>=4", True), ("axles>=3", False), ("axleload>8", True),
    ("width>8 ft", True), ("hgv", True), ("goods", False), ("hazmat", False), ("snow", None), ("wheels>4", None),
    ("weight>7.5 parsec", None), ("Mo", None), ("Nov-Mar", None),
])
def test_conditions_on_the_vehicle(condition, expected):
    """A truck of 18 t, 4 m high, 2.55 m wide, on a trip without a time; 8 ft are 2.44 m."""
    assert holds(condition, TRUCK, ends_there=False) is expected


@pytest.mark.parametrize(("condition", "date", "expected"), [
    ("Nov-Mar", "2026-11-01", True), ("Nov-Mar", "2027-03-31", True), ("Nov-Mar", "2026-10-31", False),
    ("Nov-Mar", "2026-04-01", False), ("Jul,Aug", "2026-08-31", True), ("Jul,Aug", "2026-09-01", False),
    ("May", "2026-05-31", True), ("Oct 15-20", "2026-10-20", True), ("Oct 15-20", "2026-10-21", False),
    ("Dec 24-Jan 06", "2027-01-06", True), ("Dec 24-Jan 06", "2026-12-23", False), ("Dec 24", "2026-12-24", True),
    ("Nov-Mar Mo-Fr 08:00-10:00", "2026-11-27", True), ("Nov-Mar Sa-Su 08:00-10:00", "2026-11-27", False),
    ("Nov-Mar 10:00-12:00", "2026-11-27", False), ("Apr-Oct 08:00-10:00", "2026-11-27", False),
    ("2026 Nov-Mar", "2026-11-27", None), ("Nov 41", "2026-11-27", None), ("Nov-Mar PH off", "2026-11-27", None),
    ("Nov-Mar Mo 08:00-10:00; Sa 09:00-10:00", "2026-11-28", None), ("Nov-Mar week 3", "2026-11-27", None),
])
def test_months_and_dates(condition, date, expected):
    """At 09:00 on a date; 27 November 2026 is a Friday. Years, impossible days and lists of rules are not decided."""
    who = TRUCK.on_trip(date=date, at="09:00")

    assert holds(condition, who, ends_there=False) is expected


def test_a_month_needs_a_date_and_no_hour():
    """A date alone decides a month, not hours in it; a weekday and an hour alone do not decide a month."""
    assert holds("Nov-Mar", TRUCK.on_trip(date="2026-11-27"), ends_there=False) is True
    assert holds("Nov-Mar 08:00-10:00", TRUCK.on_trip(date="2026-11-27"), ends_there=False) is None
    assert holds("Nov-Mar 08:00-10:00", at("Fr", "09:00"), ends_there=False) is None
    assert TRUCK.on_trip(date="2026-11-27").on_trip(at="08:30").trip.weekday == "Fr"
    assert load_profile("truck at=2026-11-27-08:30").trip == Trip(weekday="Fr", at_s=30_600, date=NOVEMBER)
    with pytest.raises(ValueError, match="2026-11-27 is a Fr, not a Mo"):
        TRUCK.on_trip(date="2026-11-27", weekday="Mo", at="08:30")


def test_the_last_condition_that_holds_counts():
    """Wiki page Conditional restrictions, Evaluation."""
    text = "no @ (Mo-Fr 07:00-19:00); yes @ (weight<7.5)"

    assert effective("yes", text, at("Mo", "08:00"), ends_there=False).value == "no"
    assert effective("yes", text, at("Mo", "08:00", mass_t=5.0), ends_there=False).value == "yes"
    assert effective("destination", text, at("Mo", "06:00"), ends_there=False)[:2] == ("destination", False)


def test_what_cannot_be_decided_is_named_and_does_not_hold():
    """Snow; and hours, where no time is stated."""
    told = effective("yes", "no @ snow; no @ (Mo 08:00-09:00)", TRUCK, ends_there=False)

    assert (told.value, told.undecided) == ("yes", ("snow", "Mo 08:00-09:00"))
    assert effective("yes", "no @ (snow AND weight<3.5)", TRUCK, ends_there=False).undecided == ()
    assert effective("yes", "nonsense", TRUCK, ends_there=False).undecided == ("nonsense",)


@pytest.mark.parametrize("trip", [{"weekday": "Mo"}, {"at_s": 0}, {"weekday": "Monday", "at_s": 0},
                                  {"weekday": "Mo", "at_s": 86_400}, {"weekday": "Mo", "at_s": -1}])
def test_an_impossible_trip_is_refused(trip):
    """Half a time, no weekday, no time of day."""
    with pytest.raises(ValueError, match=r"weekday|at_s"):
        Trip(**trip)
