"""Turn lists to print (A4, two columns): leg by leg, street by street, with the distance to the next turn.

Distances are metres and kilometres.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gisdata.network.directions import distance_text
from routing.export.labels import Language, label
from routing.export.origin import roads_of
from routing.export.paper import GREY, HEIGHT_MM, WIDTH_MM, Sheet, blank_sheet, broken, fitted
from routing.export.stops import end_of, orders_of
from routing.ways import route_directions

if TYPE_CHECKING:
    from routing.plan import Plan, Route

LEFT, RIGHT, TOP, BOTTOM = 12.0, WIDTH_MM - 12.0, 22.0, HEIGHT_MM - 14.0
GAP_MM, LINE_MM, LEG_MM = 8.0, 4.2, 7.0
COLUMN_MM = (RIGHT - LEFT - GAP_MM) / 2
DISTANCE_MM = 15.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One row of a list: the head of a leg, or what to do on it.

    Parameters
    ----------
    text : str
        What to do, or where the leg leads.
    distance : str
        To the next row; empty for the head of a leg.
    head : bool
        Whether it begins a leg.
    """

    text: str
    distance: str
    head: bool

    @property
    def lines(self) -> list[str]:
        """The text as it is set."""
        return [self.text] if self.head else broken(self.text, 8, COLUMN_MM - DISTANCE_MM - 2, 2)

    @property
    def height_mm(self) -> float:
        """Room it takes."""
        return LEG_MM if self.head else LINE_MM * len(self.lines)


def route_turns(plan: Plan, route: Route, language: Language) -> list[Turn]:
    """Return what a driver does on a route, leg by leg.

    Parameters
    ----------
    plan : Plan
        Whose roads are known.
    route : Route
        One of its routes.
    language : {"zh", "en"}
        Of the texts.

    Returns
    -------
    list of Turn
        A head for each leg, then its turns; what one place leads to again at once has a head only.

    Raises
    ------
    ProblemError
        If no roads are known.
    RoadNetworkError
        If the roads do not lead where the route goes.
    """
    goals = [label("turns to stop", language, number, order.name or order.id)
             for number, order in enumerate(orders_of(plan, route), start=1)]
    end = end_of(plan, route)
    goals += [label("turns to depot", language, end.name or end.id)] if end is not None else []
    turns = []
    for goal, table in zip(goals, route_directions(plan, route, roads_of(plan), language), strict=True):
        turns.append(Turn(goal, "", head=True))
        if table["distance_m"].sum() >= 1:
            turns += [Turn(text, distance_text(metres), head=False)
                      for text, metres in zip(table["text"], table["distance_m"], strict=True)]
    return turns


def turn_sheets(title: str, turns: Sequence[Turn], language: Language, fonts: tuple[str, ...]) -> Iterator[Sheet]:
    """Yield the pages of a turn list.

    Parameters
    ----------
    title : str
        Vehicle and day, at the top of each page.
    turns : sequence of Turn
        From `route_turns`.
    language : {"zh", "en"}
        Of the labels.
    fonts : tuple of str
        Families that have all characters.

    Yields
    ------
    Sheet
        A drawn page.
    """
    columns = list(_columns(turns))
    pages = -(-len(columns) // 2)
    for page in range(pages):
        sheet = blank_sheet(fonts)
        sheet.text(LEFT, 14, fitted(f"{title} · {label('turn list', language)}", 11, RIGHT - LEFT), 11, bold=True)
        for place, column in enumerate(columns[2 * page:2 * page + 2]):
            _draw_column(sheet, LEFT + place * (COLUMN_MM + GAP_MM), column)
        sheet.text(RIGHT, HEIGHT_MM - 8, label("page", language, page + 1, pages), 7, colour=GREY, align="right")
        yield sheet


def _columns(turns: Sequence[Turn]) -> Iterator[list[Turn]]:
    """Yield the rows of each column; no head of a leg stands alone at the foot of one."""
    column: list[Turn] = []
    used = 0.0
    for turn in turns:
        wanted = turn.height_mm + (2 * LINE_MM if turn.head else 0)
        if used + wanted > BOTTOM - TOP:
            yield column
            column, used = [], 0.0
        column.append(turn)
        used += turn.height_mm
    if column:
        yield column


def _draw_column(sheet: Sheet, x: float, column: Sequence[Turn]) -> None:
    y = TOP
    for turn in column:
        if turn.head:
            sheet.box(x, y + 1.4, COLUMN_MM, LEG_MM - 2.2, "#eef3f8")
            text = fitted(turn.text, 8.5, COLUMN_MM - 3)
            sheet.text(x + 1.5, y + LEG_MM / 2 + 0.3, text, 8.5, bold=True, middle=True)
        else:
            for place, line in enumerate(turn.lines):
                sheet.text(x + 1.5, y + 3 + place * LINE_MM, line, 8)
            sheet.text(x + COLUMN_MM, y + 3, turn.distance, 8, colour=GREY, align="right")
        y += turn.height_mm
