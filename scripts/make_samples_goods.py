"""Draw made-up goods for real or drawn places: kinds of receivers, the pieces they get, and the tables of a day.

Sizes are whole centimetres and weights whole hundreds of grams, so that the weight and volume of an order are exactly
the sums over its pieces. The same seed gives the same goods on every machine: only uniform random doubles are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate

import numpy as np
import pandas as pd

from gisdata.clock import parse_clock

ORDER_COLUMNS = (
    "id", "name", "address", "lon", "lat", "weight_kg", "volume_m3", "pieces", "window_begin", "window_end",
    "service_min", "skills",
)  # fmt: skip
PIECE_COLUMNS = (
    "order", "id", "count", "length_m", "width_m", "height_m", "weight_kg", "stackable", "upright",
)  # fmt: skip

EARTH_M_PER_DEGREE = 111_195.0
VEHICLE_COLUMNS = (
    "id", "count", "payload_kg", "volume_m3", "cargo_length_m", "cargo_width_m", "cargo_height_m", "length_m",
    "width_m", "height_m", "gross_mass_kg", "axles", "years_in_service", "crew", "profile", "depot", "shift_begin",
    "shift_end", "max_hours", "skills", "fixed_cost", "cost_per_km", "cost_per_hour", "currency",
)  # fmt: skip


@dataclass(frozen=True)
class Draw:
    """A stream of random choices that depends on its seed alone."""

    seed: int
    stream: np.random.Generator = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stream", np.random.Generator(np.random.PCG64(self.seed)))

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.stream.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """Return True in `share` of the cases."""
        return bool(self.stream.random() < share)

    def index(self, weights: Sequence[float]) -> int:
        """Return an index, each as likely as its weight."""
        steps = list(accumulate(weights))
        return min(int(np.searchsorted(steps, self.stream.random() * steps[-1], side="right")), len(steps) - 1)


@dataclass(frozen=True)
class Goods:
    """One kind of piece: outer size in cm, weight range in hundreds of grams."""

    id: str
    size_cm: tuple[int, int, int]
    hectograms: tuple[int, int]
    stackable: bool = True
    upright: bool = True

    @property
    def volume_cm3(self) -> int:
        """Volume of one."""
        return self.size_cm[0] * self.size_cm[1] * self.size_cm[2]


@dataclass(frozen=True)
class Line:
    """What a receiver may get: `low` to `high` pieces of one kind of goods, in `chance` of its orders."""

    goods: Goods
    low: int
    high: int
    chance: float = 1.0


@dataclass(frozen=True)
class Receiver:
    """One kind of receiver: its share of the orders, its lines, its windows with their shares, its service time."""

    name: str
    share: float
    lines: tuple[Line, ...]
    windows: tuple[tuple[str, str, float], ...] = ()
    base_service_min: int = 4
    cold_chance: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where an order goes."""

    lon: float
    lat: float
    name: str
    receiver: Receiver
    address: str = ""


def day_tables(places: Sequence[Place], prefix: str, draw: Draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders and the pieces of a day, one order for each place.

    Parameters
    ----------
    places : sequence of Place
        Where to, in the order of the ids.
    prefix : str
        Ids are the prefix and a running number.
    draw : Draw
        Where the numbers come from.

    Returns
    -------
    tuple of DataFrame
        Orders and pieces, every cell text, as the files hold it.
    """
    digits = len(str(len(places)))
    orders, pieces = [], []
    for number, place in enumerate(places, start=1):
        name = f"{prefix}{number:0{digits}d}"
        lines = _drawn_lines(place.receiver, draw)
        orders.append(_order_row(name, place, lines, draw))
        pieces += [_piece_row(name, goods, count, hectograms) for goods, count, hectograms in lines]
    order_table = pd.DataFrame(orders, columns=list(ORDER_COLUMNS))
    return order_table.loc[:, order_table.ne("").any()], pd.DataFrame(pieces, columns=list(PIECE_COLUMNS))


def _drawn_lines(receiver: Receiver, draw: Draw) -> list[tuple[Goods, int, int]]:
    """Return goods, count and weight of one; at least one line."""
    wanted = [line for line in receiver.lines if draw.chance(line.chance)] or [receiver.lines[0]]
    return [(line.goods, draw.between(line.low, line.high), draw.between(*line.goods.hectograms)) for line in wanted]


def _order_row(name: str, place: Place, lines: list[tuple[Goods, int, int]], draw: Draw) -> dict[str, str]:
    """Return one row of the orders table."""
    count = sum(count for _, count, _ in lines)
    begin, end = _drawn_window(place.receiver, draw)
    volume = sum(count * goods.volume_cm3 for goods, count, _ in lines)
    weight = sum(count * hectograms for _, count, hectograms in lines)
    return {
        "id": name, "name": place.name, "address": place.address, "lon": f"{place.lon:.7f}", "lat": f"{place.lat:.7f}",
        "weight_kg": decimal(weight, 1), "volume_m3": decimal(volume, 6), "pieces": str(count),
        "window_begin": begin, "window_end": end,
        "service_min": str(place.receiver.base_service_min + -(-count // 3)),
        "skills": "cold" if draw.chance(place.receiver.cold_chance) else "",
    }  # fmt: skip


def _piece_row(order: str, goods: Goods, count: int, hectograms: int) -> dict[str, str]:
    """Return one row of the pieces table."""
    length, width, height = (decimal(size, 2) for size in goods.size_cm)
    return {
        "order": order, "id": goods.id, "count": str(count), "length_m": length, "width_m": width, "height_m": height,
        "weight_kg": decimal(hectograms, 1),
        "stackable": "yes" if goods.stackable else "no", "upright": "yes" if goods.upright else "no",
    }  # fmt: skip


def _drawn_window(receiver: Receiver, draw: Draw) -> tuple[str, str]:
    """Return begin and end as clock text, both empty where there is no window."""
    shares = [share for *_, share in receiver.windows]
    chosen = draw.index([*shares, 1 - sum(shares)])
    if chosen == len(shares):
        return "", ""
    begin, end, _ = receiver.windows[chosen]
    if parse_clock(begin) >= parse_clock(end):
        raise ValueError(f"the window of {receiver.name} ends before it begins")
    return begin, end


def decimal(whole: int, places: int) -> str:
    """Return whole units of 10**-places as exact decimal text without trailing zeros.

    Examples
    --------
    >>> decimal(1250, 3), decimal(40, 1)
    ('1.25', '4')
    """
    integer, rest = divmod(whole, 10**places)
    return f"{integer}.{rest:0{places}d}".rstrip("0").rstrip(".") if rest else str(integer)


def load_shares(orders: pd.DataFrame, vehicles: pd.DataFrame) -> dict[str, float]:
    """Return total demand as a share of what the fleet carries in one tour each.

    Parameters
    ----------
    orders, vehicles : DataFrame
        Tables of text.

    Returns
    -------
    dict of str to float
        By dimension.
    """
    counts = vehicles["count"].map(int)
    pairs = {"weight_kg": "payload_kg", "volume_m3": "volume_m3"}
    return {
        demand: float(orders[demand].map(Fraction).sum() / (vehicles[limit].map(Fraction) * counts).sum())
        for demand, limit in pairs.items()
    }
