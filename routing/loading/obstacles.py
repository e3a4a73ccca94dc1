"""Why goods cannot be loaded whatever anyone tries, seen at once: sizes, mass, volume, floor, goods that must part."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from routing.loading.classes import must_part
from routing.loading.manifest import Piece, fits_in
from routing.model import CargoSpace, Compartment, LoadingRules


class Obstacle(NamedTuple):
    """A proof that goods cannot be loaded.

    Parameters
    ----------
    reason : str
        One sentence.
    pieces : tuple of Piece
        The goods that prove it.
    """

    reason: str
    pieces: tuple[Piece, ...]


def obstacle(pieces: Sequence[Piece], space: CargoSpace, rules: LoadingRules) -> Obstacle | None:
    """Return what keeps goods from being loaded that needs no search to be seen.

    Parameters
    ----------
    pieces : sequence of Piece
        All goods of the route.
    space : CargoSpace
        What they go into.
    rules : LoadingRules
        What they obey.

    Returns
    -------
    Obstacle or None
        The first found; None if there is none of this kind.
    """
    for piece in pieces:
        rooms = [room for room in space.rooms if suits(piece, room)]
        if not rooms:
            return Obstacle(f"no compartment is {piece.unit.temperature}", (piece,))
        if not any(fits_in(way, room) for room in rooms for way in piece.unit.orientations_mm):
            return Obstacle(f"{_named(piece)} is larger than the space or its door, however it may stand", (piece,))
    return next(_sums(pieces, space), None) or _parting(pieces, space, rules)


def suits(piece: Piece, room: Compartment) -> bool:
    """Return whether a room is held at the temperature that a piece needs."""
    return piece.unit.temperature in ("", room.temperature)


def _named(piece: Piece) -> str:
    of = f" of order {piece.order!r}" if piece.order else ""
    return f"piece {piece.unit.id!r}{of} ({' x '.join(f'{side / 1000:g}' for side in piece.unit.size_mm)} m)"


def _sums(pieces: Sequence[Piece], space: CargoSpace) -> Iterator[Obstacle]:
    """Yield what is too much of on some leg: mass, volume, or floor under pieces too tall to stack."""
    height = max(room.size_mm[2] for room in space.rooms)
    volume = sum(math.prod(room.size_mm) for room in space.rooms)
    floor = sum(room.size_mm[0] * room.size_mm[1] for room in space.rooms)
    for leg in sorted({piece.on for piece in pieces}):
        aboard = [piece for piece in pieces if piece.on <= leg < piece.off]
        tall = [piece for piece in aboard if 2 * min(way[2] for way in piece.unit.orientations_mm) > height]
        for what, some, amount, limit in (
            ("weigh more than the payload", aboard, _mass, space.payload_kg * (1 + 1e-9)),
            ("take more than the whole volume", aboard, _volume, volume),
            ("cannot stand on each other and take more than the whole floor", tall, _base, floor),
        ):
            proof = _heaviest(some, amount, limit)
            if proof:
                yield Obstacle(f"{len(proof)} pieces {what}", proof)


def _mass(piece: Piece) -> float:
    return piece.unit.weight_kg


def _volume(piece: Piece) -> float:
    return math.prod(piece.unit.size_mm)


def _base(piece: Piece) -> float:
    return min(way[0] * way[1] for way in piece.unit.orientations_mm)


def _heaviest(pieces: Sequence[Piece], amount: Callable[[Piece], float], limit: float) -> tuple[Piece, ...]:
    """Return the fewest pieces whose sum is above a limit, none if all together keep it."""
    total, chosen = 0.0, []
    for piece in sorted(pieces, key=amount, reverse=True):
        chosen.append(piece)
        total += amount(piece)
        if total > limit:
            return tuple(chosen)
    return ()


def _parting(pieces: Sequence[Piece], space: CargoSpace, rules: LoadingRules) -> Obstacle | None:
    """Return two pieces that must part and are aboard together."""
    kinds = {(piece.unit.goods, piece.unit.hazard): piece for piece in pieces}
    if len(kinds) < 2:
        return None
    single = len(space.rooms) == 1
    for one in pieces:
        for other in pieces:
            reason = one.on < other.off and other.on < one.off and must_part(
                one.unit, other.unit, same_compartment=single, apart=rules.apart)
            if reason:
                return Obstacle(f"{_named(one)} and {_named(other)} must not be together: {reason}", (one, other))
    return None
