"""Turn lists on paper: the words of `route_directions`, all of them, within the page."""

from itertools import pairwise

import pytest

import gisdata
import routing
from gisdata.network.directions import distance_text
from routing.errors import ProblemError
from routing.export.driver_page import driver_sheets
from routing.export.turn_pages import BOTTOM, TOP, Turn, turn_sheets
from routing.ways import route_directions

pytest.importorskip("matplotlib", reason="pages are drawn with matplotlib; it is in the notebooks extra")

FONTS = ("DejaVu Sans",)


def texts(sheet):
    """Return what is written on a page, from top to bottom of each column."""
    return [text.get_text() for text in sheet.axes.texts]


@pytest.fixture(scope="module")
def town_plan():
    """Three orders of Monaco by one van, on its roads."""
    town = gisdata.load_sample("monaco")
    depot = routing.Depot("D", lon=7.4267074, lat=43.7416333)
    van = routing.VehicleType("van", count=1, payload_kg=5000, profile="van", tariff=routing.Tariff(per_km=1))
    problem = routing.build_problem(town.orders.head(3), depots=[depot], fleet=[van], roads=town.roads)
    return routing.solve(problem, limit=routing.Limit(iterations=5), seed=1, engine="ortools")


def test_sheets_end_with_the_way_in_words(town_plan):
    """Each leg under a head of its own, its turns in order with the distance to the next."""
    (route,) = town_plan.routes

    said = [text for sheet in driver_sheets(town_plan, "en", turn_list=True) for text in texts(sheet)]

    at = [next(row for row, text in enumerate(said) if text.startswith(f"to stop {n}: ")) for n in (1, 2, 3)]
    at += [said.index("back to D"), len(said)]
    for leg, begin, end in zip(route_directions(town_plan, route), at[:-1], at[1:], strict=True):
        listed = " ".join(said[begin + 1:end])
        for text, metres in zip(leg["text"], leg["distance_m"], strict=True):
            assert text.split()[0] in listed
            assert distance_text(metres) in listed
    assert not any("to stop 1" in text for sheet in driver_sheets(town_plan, "en") for text in texts(sheet))


def test_without_roads_there_is_no_turn_list(mixed_plan):
    """A plan on a matrix of figures has no streets."""
    with pytest.raises(ProblemError, match="roads"):
        list(driver_sheets(mixed_plan, "en", turn_list=True))


@pytest.mark.parametrize("per_leg", [3, 7, 40])
def test_long_lists_run_over_columns_and_pages(per_leg):
    """Every row once and in order, none below the foot of its column, no head of a leg as the last of one."""
    turns = [Turn(f"leg {row // per_leg}" if row % per_leg == 0 else f"turn {row} at a street with a long name " * 2,
                  "" if row % per_leg == 0 else "250 m", head=row % per_leg == 0) for row in range(200)]

    sheets = list(turn_sheets("van#1", turns, "en", FONTS))

    written = [text for sheet in sheets for text in sheet.axes.texts]
    heads = [text.get_text() for text in written if text.get_text().startswith("leg ")]
    first_lines = [text.get_text().split(" at ")[0] for text in written if text.get_text().startswith("turn ")]
    assert heads == [turn.text for turn in turns if turn.head]
    assert first_lines[1:] == [turn.text.split(" at ")[0] for turn in turns if not turn.head][1:]
    rows = [text for sheet in sheets for text in sheet.axes.texts[1:-1]]
    assert all(TOP <= text.get_position()[1] <= BOTTOM for text in rows)
    assert all(later.get_position()[1] > head.get_position()[1] for head, later in pairwise(rows)
               if head.get_text().startswith("leg "))
