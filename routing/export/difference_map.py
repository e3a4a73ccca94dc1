"""Draw what changed between two plans: routes before (dashed) and after, and the orders by their kind of change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gisdata.maps import MapLayer, Mark, draw_map
from gisdata.palette import DASHES, PLACE, LineStyle, ink_on, line_style
from routing.export.origin import roads_of
from routing.export.stops import find_order
from routing.frames import straight_legs
from routing.words import money

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    import folium
    import shapely

    from routing.plan import Plan

NAMES = {"moved": "Moved to another vehicle", "resequenced": "Resequenced", "retimed": "Retimed", "added": "Added",
         "dropped": "Dropped"}
SIGNS = {"moved": "M", "resequenced": "S", "retimed": "T", "added": "+", "dropped": "×"}
BEFORE = replace(line_style(7), dash=DASHES[1])
"""How routes that are no longer driven look."""


def draw_difference(before: Plan, after: Plan, changed: tuple[AbstractSet[str], AbstractSet[str]],
                    kinds: Mapping[str, Sequence[tuple[str, str]]], title: str) -> folium.Map:
    """Return the map of what changed between two plans.

    Parameters
    ----------
    before, after : Plan
        The two plans.
    changed : tuple of set of str
        Vehicles of `before` and of `after` whose routes are drawn.
    kinds : mapping of str to sequence of (str, str)
        For each kind of change the orders, and what to say of each.
    title : str
        Head of the map.

    Returns
    -------
    folium.Map
        Ready to show; it needs no network.
    """
    depots = tuple(Mark(depot.lon, depot.lat, name=depot.id, label="D", shape="depot")
                   for depot in after.problem.depots)
    layers = [MapLayer("Depots", style=LineStyle(PLACE, ink_on(PLACE)), marks=depots, steady=True),
              MapLayer("Before", note="changed routes", style=BEFORE, lines=tuple(_lines(before, changed[0]))),
              MapLayer("After", note="changed routes", style=line_style(0), lines=tuple(_lines(after, changed[1])))]
    for number, (kind, orders) in enumerate(kinds.items()):
        plan = before if kind == "dropped" else after
        marks = [Mark(order.lon, order.lat, name=order.id, label=SIGNS[kind], shape="unserved" if plan is before
                      else "stop", rows=(("Change", NAMES[kind]), ("Before and after", told)))
                 for name, told in orders if (order := find_order(plan, name))]
        layers.append(MapLayer(NAMES[kind], note=f"{len(marks)} orders", style=line_style(number + 1),
                               marks=tuple(marks)))
    facts = tuple((name, money(plan.cost, plan.problem.currency)) for name, plan in
                  (("Cost before", before), ("Cost after", after)))
    return draw_map(layers, title=title, facts=facts, roads=roads_of(after))


def _lines(plan: Plan, vehicles: AbstractSet[str]) -> Iterator[shapely.LineString]:
    for i, route in enumerate(plan.routes):
        if route.vehicle in vehicles:
            yield from plan.geometry.legs[i] if plan.geometry else straight_legs(plan.problem, route)
