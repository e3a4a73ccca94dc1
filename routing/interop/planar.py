"""What published instances share: distances in a plane, their rounding, and a problem made of places and numbers.

One unit of the file is `Rounding.scale` metres and, where the file speaks of time, as many seconds; tariffs undo the
scale, so that costs are in units of the file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.clock import END_OF_TIME_S
from gisdata.errors import TooLargeError, UnknownNameError
from routing.interop.instance_text import InstanceText
from routing.model import ALWAYS, UNREACHABLE, Depot, Order, TimeWindow, TravelMatrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

AMOUNT = "amount"
"""Name of the load dimension of instances: they do not say what they count."""
PROFILE = "van"
MOST_PLACES = 20_000
METRICS = ("EUC_2D", "CEIL_2D", "MAN_2D", "MAX_2D")

_MAP_DEGREES = 1.0
_ROWS_AT_ONCE = 256
_EPSILON = 1e-9  # what is whole but for float noise is not cut to the number below


@dataclass(frozen=True, slots=True)
class Rounding:
    """How real distances, times, costs and prizes of a file become whole numbers.

    Parameters
    ----------
    scale : int
        By which they are multiplied first.
    truncates : bool
        Whether they are cut rather than rounded to the nearest.
    """

    scale: int
    truncates: bool

    def whole(self, amounts: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return amounts as whole numbers of 1/`scale` units."""
        scaled = amounts * self.scale
        whole: NDArray[np.int64] = np.floor(scaled + (_EPSILON if self.truncates else 0.5)).astype(np.int64)
        return whole

    def one(self, amount: float) -> int:
        """Return one amount as a whole number of 1/`scale` units."""
        return int(self.whole(np.array([amount]))[0])


ROUNDINGS = {
    "nearest": Rounding(1, truncates=False),
    "truncate": Rounding(1, truncates=True),
    "nearest_1_decimal": Rounding(10, truncates=False),
    "truncate_1_decimal": Rounding(10, truncates=True),
    "nearest_2_decimals": Rounding(100, truncates=False),
    "nearest_3_decimals": Rounding(1000, truncates=False),
}


def rounding_named(name: str) -> Rounding:
    """Return a rounding.

    Parameters
    ----------
    name : str
        One of `ROUNDINGS`.

    Returns
    -------
    Rounding
        Of that name.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    if name not in ROUNDINGS:
        raise UnknownNameError(f"there is no rounding {name!r}; there are: {', '.join(ROUNDINGS)}")
    return ROUNDINGS[name]


def planar_lengths(spots: NDArray[np.float64], metric: str, rounding: Rounding) -> NDArray[np.int64]:
    """Return the distances between all points of a plane.

    Parameters
    ----------
    spots : ndarray, shape (n, 2)
        Coordinates.
    metric : str
        One of `METRICS`, as TSPLIB names them.
    rounding : Rounding
        Of each distance.

    Returns
    -------
    ndarray of int64, shape (n, n)
        In 1/`rounding.scale` units of the coordinates; symmetric, zero on the diagonal; never to be written to.

    Raises
    ------
    TooLargeError
        If there are more than `MOST_PLACES` points.

    References
    ----------
    Reinelt (1991), "TSPLIB - A traveling salesman problem library", ORSA Journal on Computing 3(4), 376-384.
    """
    if len(spots) > MOST_PLACES:
        raise TooLargeError(f"distances between {len(spots):,} places would take {16 * len(spots)**2 / 1e9:.0f} GB; "
                            f"instances of up to {MOST_PLACES:,} places can be read")
    lengths = np.empty((len(spots), len(spots)), dtype=np.int64)
    for begin in range(0, len(spots), _ROWS_AT_ONCE):
        dx, dy = np.moveaxis(spots[begin:begin + _ROWS_AT_ONCE, None] - spots, 2, 0)
        if metric == "MAN_2D":
            exact = np.abs(dx) + np.abs(dy)
        elif metric == "MAX_2D":
            exact = np.maximum(np.abs(dx), np.abs(dy))
        else:
            exact = np.sqrt(dx * dx + dy * dy)
        lengths[begin:begin + _ROWS_AT_ONCE] = rounding.whole(np.ceil(exact) if metric == "CEIL_2D" else exact)
    lengths.setflags(write=False)
    return lengths


def map_positions(spots: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return where points of a plane stand on a map, so that plans of an instance can be drawn.

    Parameters
    ----------
    spots : ndarray, shape (n, 2)
        Coordinates.

    Returns
    -------
    list of (float, float)
        Longitude and latitude: the same shape in a square of one degree around 0, 0. They are no real places.
    """
    if not len(spots):
        return []
    low, high = spots.min(axis=0), spots.max(axis=0)
    extent = float((high - low).max()) or 1.0
    degrees = ((spots - (low + high) / 2) / extent * _MAP_DEGREES).round(6) + 0.0
    return [(float(lon), float(lat)) for lon, lat in degrees]


@dataclass(frozen=True, slots=True)
class Place:
    """A depot or a customer as files tell it, in units of the file.

    Parameters
    ----------
    id : str
        By which solutions call it.
    line : int
        Where it stands in the file.
    ready, due : float
        When service may begin.
    service : float
        How long it takes.
    load : float
        How much it is brought, or gives away.
    prize : float, optional
        What is lost if it is not served. None: it must be.
    picked_up : bool
        Whether it gives the load away.
    vehicle_types : set of str
        Ids of the types that may serve it; empty: any.
    """

    id: str
    line: int
    ready: float = 0.0
    due: float = math.inf
    service: float = 0.0
    load: float = 0.0
    prize: float | None = None
    picked_up: bool = False
    vehicle_types: frozenset[str] = frozenset()


def nouns_of(places: Sequence[Place], homes: int, spots: NDArray[np.float64], rounding: Rounding, text: InstanceText,
             ) -> tuple[tuple[Depot, ...], tuple[Order, ...]]:
    """Return depots and orders.

    Parameters
    ----------
    places : sequence of Place
        The depots first.
    homes : int
        How many depots there are.
    spots : ndarray, shape (n, 2)
        Coordinates of the places.
    rounding : Rounding
        Of times and prizes.
    text : InstanceText
        Takes the faults.

    Returns
    -------
    tuple
        Of depots, with their windows as opening hours, and of orders.

    Raises
    ------
    InputFileError
        If there is any fault, found here or before.
    """
    positions = map_positions(spots)
    depots = tuple(_depot(place, position, rounding, text)
                   for place, position in zip(places[:homes], positions[:homes], strict=True))
    orders = tuple(_order(place, position, rounding, text)
                   for place, position in zip(places[homes:], positions[homes:], strict=True))
    text.fail()
    return depots, orders


def _depot(place: Place, position: tuple[float, float], rounding: Rounding, text: InstanceText) -> Depot:
    hours, (lon, lat) = _window(place, rounding, text), position
    if place.service or place.load:
        text.fault("a depot cannot have demand or service here", "Write 0.", line=place.line, column=f"node {place.id}")
    return Depot(place.id, lon=lon, lat=lat, open=hours.begin_s, close=hours.end_s)


def _order(place: Place, position: tuple[float, float], rounding: Rounding, text: InstanceText) -> Order:
    lon, lat = position
    prize = None if place.prize is None else rounding.one(place.prize) / rounding.scale
    return Order(place.id, lon=lon, lat=lat, demand={AMOUNT: place.load} if place.load else {},
                 kind="pickup" if place.picked_up else "delivery", window=_window(place, rounding, text),
                 service_s=rounding.one(place.service), vehicle_types=place.vehicle_types, penalty=prize)


def _window(place: Place, rounding: Rounding, text: InstanceText) -> TimeWindow:
    """Return when service at a place may begin; always, and a fault, if that cannot be said."""
    if place.ready == 0 and math.isinf(place.due):
        return ALWAYS
    if not 0 <= place.ready <= place.due:
        text.fault(f"its window ends at {place.due:g}, before it begins at {place.ready:g}",
                   "Write the earlier time first; neither may be negative.", line=place.line, column=f"node {place.id}")
        return ALWAYS
    if place.due * rounding.scale > END_OF_TIME_S:
        text.fault(f"times up to {END_OF_TIME_S / rounding.scale:g} can be kept with this rounding, not {place.due:g}",
                   "Choose a rounding with fewer decimals.", line=place.line, column=f"node {place.id}")
        return ALWAYS
    return TimeWindow(rounding.one(place.ready), rounding.one(place.due))


def travel_of(depots: Sequence[Depot], orders: Sequence[Order], lengths: NDArray[np.int64], *, timed: bool,
              closed: NDArray[np.bool_] | None = None) -> TravelMatrix:
    """Return the travel of an instance.

    Parameters
    ----------
    depots, orders : sequence
        In the order of the rows.
    lengths : ndarray of int64, shape (n, n)
        Distances.
    timed : bool
        Whether the file speaks of time: then a unit of distance takes a unit of time, otherwise travel takes none.
    closed : ndarray of bool, shape (n, n), optional
        From where to where no road leads.

    Returns
    -------
    TravelMatrix
        For `PROFILE`.
    """
    labels = (*(f"depot {depot.id}" for depot in depots), *(f"order {order.id}" for order in orders))
    if closed is not None:
        roads = np.where(closed, UNREACHABLE, lengths)
        return TravelMatrix(PROFILE, labels, roads if timed else np.where(closed, UNREACHABLE, 0), roads)
    if timed:
        return TravelMatrix(PROFILE, labels, lengths, lengths)
    still = np.zeros(lengths.shape, dtype=np.int64)
    still.setflags(write=False)
    return TravelMatrix(PROFILE, labels, still, lengths)
