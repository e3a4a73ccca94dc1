"""Plain days and searches of them at their beginning: the table of a day, a plan without routes, routes loaded into it.

Which steps follow is not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routing.engines.native import layout as full
from routing.engines.native.chance import seeded
from routing.engines.native.plain import layout as at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DEAREST = 1 << 40
"""Metres that a vehicle is worth at most."""

MOST_BYTES = 1 << 29
"""Tables of legs are not made if they would take more memory."""

PASTS_AN_ORDER = 8
"""Room for changed times in the log of a step."""

FULL = 1 << 60
"""Load of the route that stands for none."""


def is_plain(day: full.Day) -> bool:
    """Return whether the search of plain days knows every rule of a day.

    Parameters
    ----------
    day : Day
        Any.

    Returns
    -------
    bool
        Vehicles are alike and paid by distance; nothing but loads, windows, stops and metres is limited; every order is
        a delivery that must be made.
    """
    order, kind, rule = day.order, day.kind, day.rule
    return bool(len(order) and len(kind) == 1 and kind[0, full.PER_METRE] > 0 and not rule[full.SPANNED]
                and not rule[full.MIXED] and order[:, full.MANDATORY].all()
                and day.travel.nbytes * (2 if rule[full.TIMED] else 1) <= MOST_BYTES)


def table_of(day: full.Day) -> at.Table:
    """Return the table of a plain day.

    Parameters
    ----------
    day : Day
        See `is_plain`.

    Returns
    -------
    Table
        Tables of legs that are equal are one and the same.
    """
    kind, m, dims = day.kind[0], len(day.order), int(day.rule[full.DIMENSIONS])
    places, width = day.rule[[full.PLACES, full.WIDTH]]
    travel = day.travel.reshape(-1, places, places, width)[kind[full.PROFILE]]
    to, on = _legs(travel[..., full.METRES], kind, m)
    to_s = on_s = np.zeros((1, 1), dtype=np.int32)
    if day.rule[full.TIMED]:
        to_s, on_s = _legs(travel[..., full.SECONDS], kind, m)
        if np.array_equal(to, to_s) and np.array_equal(on, on_s):
            to_s, on_s = to, on
    order = np.zeros((m, at.LOAD + dims + 1), dtype=np.int64)
    order[:, [at.OPEN, at.CLOSE, at.SIZE, at.FAR]] = day.order[:, [full.OPEN, full.CLOSE, full.SIZE, full.FAR]]
    order[:, at.STAY] = day.order[:, day.rule[full.STAYS]]
    order[:, at.LOAD : -1] = day.order[:, full.START : full.START + 2 * dims : 2]
    order[:, -1] = 1  # a stop takes one of as many as there may be
    fixed = min(round(int(kind[full.FIXED]) / int(kind[full.PER_METRE])), DEAREST)
    rule = np.array([day.rule[full.TIMED], dims + (kind[full.MOST_STOPS] < m or not dims), day.rule[full.NEAR],
                     day.rule[full.AROUND], fixed, kind[full.MOST_METRES],
                     *kind[full.ROOM : full.ROOM + dims], kind[full.MOST_STOPS]], dtype=np.int64)
    rows = np.arange(m)[:, None]
    near = np.ascontiguousarray(np.stack([day.near, to[rows, day.near], on[rows, day.near]], axis=2))
    return at.Table(to, on, to_s, on_s, order, near, rule)


def _legs(travel: NDArray[np.int32], kind: NDArray[np.int64], m: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the legs to each order and on from it, the last column from the start and to the end of a route."""
    begin, end = kind[[full.BEGIN_PLACE, full.END_PLACE]]
    on = np.empty((m, m + 1), dtype=np.int32)
    on[:, :m], on[:, m] = travel[:m, :m], travel[:m, end]
    same = (on[:, m] == travel[begin, :m]).all()
    if same and all((travel[r, :r] == travel[:r, r]).all() for r in range(1, m)):
        return on, on
    to = np.empty((m, m + 1), dtype=np.int32)
    to[:, :m], to[:, m] = travel[:m, :m].T, travel[begin, :m]
    return to, on


def new_state(day: full.Day, table: at.Table, seed: int) -> at.State:
    """Return a search without routes.

    Parameters
    ----------
    day, table : Day, Table
        What to search.
    seed : int
        Of everything that is drawn.

    Returns
    -------
    State
        `loaded` comes next.
    """
    kind, m = day.kind[0], len(day.order)
    slots = int(min(kind[full.COUNT], m))
    node: NDArray[np.int32] = np.zeros((m + 2 * slots, at.COLUMNS), dtype=np.int32)
    starts = np.arange(m, m + 2 * slots, 2)
    node[m:, at.ROUTE] = np.arange(2 * slots) // 2
    node[starts, at.READY], node[starts + 1, at.LATEST] = kind[full.BEGIN_OPEN], kind[full.END_CLOSE]
    route: NDArray[np.int64] = np.zeros((slots + 1, at.CARRIED + table.rule[at.DIMENSIONS]), dtype=np.int64)
    route[slots, at.CARRIED] = FULL
    tally = np.zeros(full.CHANCE + 1, dtype=np.int64)
    tally[full.CHANCE], tally[at.BEST_COST] = seeded(seed), FULL
    lists: NDArray[np.int64] = np.full((at.LISTS, m + slots + 64), -1, dtype=np.int64)
    log: NDArray[np.int32] = np.zeros((2 * m + 64, at.NOTES), dtype=np.int32)
    past: NDArray[np.int32] = np.zeros((PASTS_AN_ORDER * m + 64, 3), dtype=np.int32)
    return at.State(node, route, route.copy(), log, past, tally, lists)


def load(table: at.Table, state: at.State, routes: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Replace the plan by possible routes; times are not renewed.

    Parameters
    ----------
    table, state : Table, State
        A search.
    routes : sequence of sequence of int
        Orders of each route in turn; no more routes than there are vehicles.

    Returns
    -------
    ndarray of int64
        Orders that are on no route.
    """
    m, node, route, tally = len(table.order), state.node, state.route, state.tally
    slots = len(route) - 1
    starts = np.arange(m, m + 2 * slots, 2)
    node[starts, at.NEXT], node[starts + 1, at.BEFORE] = starts + 1, starts
    node[starts, at.LEG] = node[starts, at.DRIVE] = node[starts + 1, at.BACK] = 0
    node[:m, at.ROUTE] = slots
    route[:slots] = 0
    for r, sequence in enumerate(routes):
        if not sequence:
            continue
        orders = np.asarray(sequence, dtype=np.int64)
        chain = np.concatenate([[m + 2 * r], orders, [m + 2 * r + 1]])
        node[chain[:-1], at.NEXT], node[chain[1:], at.BEFORE], node[orders, at.ROUTE] = chain[1:], chain[:-1], r
        legs = _along(table.to, table.on, orders)
        node[chain[:-1], at.LEG] = node[chain[1:], at.BACK] = legs
        if table.rule[at.TIMED]:
            node[chain[:-1], at.DRIVE] = _along(table.to_s, table.on_s, orders)
        route[r, at.STOPS], route[r, at.DRIVEN] = len(orders), legs.sum(dtype=np.int64)
        route[r, at.CARRIED :] = table.order[orders, at.LOAD : at.LOAD + table.rule[at.DIMENSIONS]].sum(axis=0)
    tally[at.ACTIVE] = (route[:slots, at.STOPS] > 0).sum()
    tally[at.TOTAL] = route[:slots, at.DRIVEN].sum() + tally[at.ACTIVE] * table.rule[at.FIXED]
    route[:slots, at.CHANGED] = 1
    state.lists[at.CHANGES_LIST, :slots], tally[at.CHANGES] = np.arange(slots), slots
    return np.flatnonzero(node[:m, at.ROUTE] == slots)


def _along(to: NDArray[np.int32], on: NDArray[np.int32], orders: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the legs of a route, from its start to its end."""
    m = len(to)
    return np.concatenate([[to[orders[0], m]], on[orders[:-1], orders[1:]], [on[orders[-1], m]]])


def best_routes(state: at.State, m: int) -> list[list[int]]:
    """Return the orders of each route of the best plan.

    Parameters
    ----------
    state : State
        A search.
    m : int
        How many orders there are.

    Returns
    -------
    list of list of int
        Of every slot; without orders where there is no route.
    """
    return _walked(state.lists[at.BEST].tolist(), m, len(state.route) - 1)


def _walked(following: list[int], m: int, slots: int) -> list[list[int]]:
    """Return the orders of each slot; `following` has their next ones, and from m on the first order of every slot."""
    routes = []
    for slot in range(slots):
        route, c = [], following[m + slot]
        while c >= 0:
            route.append(c)
            c = following[c]
        routes.append(route)
    return routes


def possible_routes(table: at.Table, state: at.State, chain: NDArray[np.int64]) -> list[list[int]]:
    """Return routes without the orders that cannot follow those before them.

    Parameters
    ----------
    table, state : Table, State
        A search.
    chain : ndarray of int64, shape (m + slots,)
        The next order of each order, -1 at an end; from m on the first order of each route.

    Returns
    -------
    list of list of int
        Of every slot.
    """
    m, rule = len(table.order), table.rule
    room = rule[at.ROOM : at.ROOM + rule[at.DIMENSIONS]]
    loads = table.order[:, at.LOAD : at.LOAD + rule[at.DIMENSIONS]]
    routes = []
    for given in _walked(chain.tolist(), m, len(state.route) - 1):
        route: list[int] = []
        load, metres, ready = np.zeros_like(room), 0, int(state.node[m, at.READY])
        for c in given:
            before = route[-1] if route else m
            stands, driven, done = load + loads[c], metres + int(table.to[c, before]), ready
            possible = (stands <= room).all() and driven + int(table.on[c, m]) <= rule[at.MOST_METRES]
            if rule[at.TIMED]:
                begin = max(ready + int(table.to_s[c, before]), int(table.order[c, at.OPEN]))
                done = begin + int(table.order[c, at.STAY])
                possible &= begin <= table.order[c, at.CLOSE]
                possible &= done + int(table.on_s[c, m]) <= state.node[m + 1, at.LATEST]
            if possible:
                route.append(c)
                load, metres, ready = stands, driven, done
        routes.append(route)
    return routes
