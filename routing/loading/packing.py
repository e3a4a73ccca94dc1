"""Load a route: quick reasons against it, a search, an exact answer; then the judge looks. This is the algorithm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.errors import ProblemError
from routing.loading.balance import balanced
from routing.loading.exact import Answer, decide
from routing.loading.judge import check_load
from routing.loading.manifest import Manifest, Piece, manifest, pieces_of
from routing.loading.obstacles import obstacle
from routing.loading.rooms import in_rooms, placed_in
from routing.loading.search import best_load
from routing.model import CargoSpace, LoadingRules, LoadPlan, Order, Placement, Problem, Shipment, VehicleType
from routing.route import Route

EXACTLY = 24
"""Up to so many pieces are decided exactly; CP-SAT seldom answers in good time beyond."""

EXACT_EFFORT, PROOF_EFFORT = 8.0, 2.0
"""Work of CP-SAT for an answer, and for each step towards a smaller proof; its deterministic unit is about a second."""


@dataclass(frozen=True, slots=True)
class Packing:
    """What is known of the load of a route.

    Parameters
    ----------
    answer : str
        ``"fits"``, ``"proven not to fit"`` or ``"not decided"`` within the effort.
    load : LoadPlan, optional
        Where everything stands, if it fits; free of violations.
    proof : tuple of (str, str, int)
        If it is proven not to fit: goods (order, load unit, number) that cannot be loaded together. Leaving out any
        one of them leaves goods that can, or for which no proof was found.
    reason : str
        One sentence.
    """

    answer: str
    load: LoadPlan | None = None
    proof: tuple[tuple[str, str, int], ...] = ()
    reason: str = ""

    @property
    def fits(self) -> bool:
        """Whether it fits, for certain."""
        return self.load is not None


def pack(route: Route | Sequence[Order], vehicle: VehicleType | CargoSpace, *, problem: Problem | None = None,
         rules: LoadingRules | None = None, shipments: Iterable[Shipment] = (), effort: float = 1.0, seed: int = 0,
         explain: bool = True, exactly: int = EXACTLY) -> Packing:
    """Return where every piece of a route stands, in the order in which it comes off, or that it does not fit.

    Orders without load units are not looked at. Positions of up to 24 pieces are searched completely, in steps of the
    greatest common divisor of all sizes; a proof holds for these. The same input gives the same answer.

    Parameters
    ----------
    route : Route or sequence of Order
        A route of `problem`, or orders in the order they are visited.
    vehicle : VehicleType or CargoSpace
        What carries it; a type whose inside is known.
    problem : Problem, optional
        Whose route it is.
    rules : LoadingRules, optional
        What the load must obey. By default 75 % of every base is supported and every piece comes off at its stop.
    shipments : iterable of Shipment
        Which orders are ends of the same goods, besides those of the problem.
    effort : float
        Multiples of the usual work, about a second for few pieces.
    seed : int
        Of what is drawn in the search.
    explain : bool
        Whether to look for few goods that prove it, if it does not fit; takes longer.
    exactly : int
        Most pieces that are decided exactly.

    Returns
    -------
    Packing
        One of three answers.

    Raises
    ------
    ProblemError
        If the inside of the vehicle is not known, or a route comes without its problem.
    """
    space = _space(vehicle)
    orders, tied, name = _visited(route, problem, tuple(shipments))
    kept = rules or LoadingRules()
    pieces = pieces_of(orders, tied)
    hindrance = obstacle(pieces, space, kept)
    if hindrance:
        return Packing(Answer.PROVEN_NOT.value, None, _names(hindrance.pieces), hindrance.reason)
    stops = tuple(order.id for order in orders)

    def accepted(placements: Sequence[Placement] | None) -> LoadPlan | None:
        """Return the load if the judge finds nothing wrong with it."""
        if placements is None:
            return None
        load = LoadPlan(space, tuple(placements), stops=stops, rules=kept, vehicle=name)
        return None if check_load(load, orders, shipments=tied) else load

    if len(space.rooms) > 1 or not pieces:
        found = accepted(in_rooms(pieces, space, kept, effort, seed))
        return _fits(found) if found else _undecided()
    goods = manifest(pieces, space.rooms[0], kept)
    found = accepted(_searched(goods, space, effort, seed))
    if found:
        return _fits(found)
    if len(pieces) > exactly:
        return _undecided()
    answer, corners = decide(goods, EXACT_EFFORT * effort, seed, axles=space.axles)
    if answer is Answer.PROVEN_NOT:
        proof = smallest(goods, effort, seed) if explain else goods.pieces
        return Packing(answer.value, None, _names(proof), f"{len(proof)} pieces cannot stand in it together")
    found = accepted(None if corners is None else placed_in(goods, range(len(pieces)), corners))
    return _fits(found) if found else _undecided()


def smallest(goods: Manifest, effort: float, seed: int) -> tuple[Piece, ...]:
    """Return few pieces that already cannot be loaded together, of those that cannot.

    Pieces are left out one by one, small ones first, as long as those left are proven not to fit even without the rule
    of support; without that rule, what proves it of some proves it of all that have them among them.

    Parameters
    ----------
    goods : Manifest
        Proven not to fit.
    effort : float
        Multiples of the usual work.
    seed : int
        Of the search.

    Returns
    -------
    tuple of Piece
        All of them, if only support keeps them from being loaded.
    """
    def impossible(rows: Sequence[int]) -> bool:
        answer, _ = decide(goods.of(rows), PROOF_EFFORT * effort, seed, support=False)
        return answer is Answer.PROVEN_NOT

    rows = list(range(len(goods.pieces)))
    if impossible(rows):
        for row in np.argsort(goods.volumes, kind="stable").tolist():
            fewer = [kept for kept in rows if kept != row]
            if fewer and impossible(fewer):
                rows = fewer
    return tuple(goods.pieces[row] for row in rows)


def _searched(goods: Manifest, space: CargoSpace, effort: float, seed: int) -> list[Placement] | None:
    """Return a load that a search found, moved to where the axles carry it; None if pieces were left."""
    found = best_load(goods, effort, seed)
    if len(found.rows) < len(goods.pieces):
        return None
    return placed_in(goods, found.rows, balanced(goods, found.corners, space.axles))


def _space(vehicle: VehicleType | CargoSpace) -> CargoSpace:
    space = vehicle.space if isinstance(vehicle, VehicleType) else vehicle
    if not isinstance(space, CargoSpace):
        raise ProblemError(f"the inside of vehicle type {getattr(vehicle, 'id', vehicle)!r} is not known; give it "
                           "cargo_length_m, cargo_width_m and cargo_height_m, or a cargo_space")
    return space


def _visited(route: Route | Sequence[Order], problem: Problem | None,
             shipments: tuple[Shipment, ...]) -> tuple[list[Order], tuple[Shipment, ...], str]:
    """Return the orders in the order they are visited, what ties them, and the name of the vehicle."""
    tied = (*shipments, *(problem.shipments if problem else ()))
    if not isinstance(route, Route):
        wrong = [thing for thing in route if not isinstance(thing, Order)]
        if wrong:
            raise ProblemError(f"a route must be a Route with its problem, or orders; got {wrong[0]!r}")
        return list(route), tied, ""
    if problem is None:
        raise ProblemError("a Route names its orders only: give the problem too, pack(route, vehicle, problem=...)")
    known = {order.id: order for order in problem.orders}
    missing = [order for order in route.orders if order not in known]
    if missing:
        raise ProblemError(f"the problem has no order {missing[0]!r}; is the route of another problem?")
    return [known[order] for order in route.orders], tied, route.vehicle


def _names(pieces: Iterable[Piece]) -> tuple[tuple[str, str, int], ...]:
    return tuple((piece.order, piece.unit.id, piece.number) for piece in pieces)


def _fits(load: LoadPlan) -> Packing:
    return Packing(Answer.FITS.value, load, (), f"{len(load.placements)} pieces stand in {load.fill:.0%} of the space")


def _undecided() -> Packing:
    return Packing(Answer.UNDECIDED.value, None, (), "no load was found, and none was proven impossible")


