"""Find one order after the other: its own coordinates, the customer master, the extract, a geocoder.

`gisdata.places` is the door. Degrees of WGS 84, distances metres.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gisdata.addressbook import SAME_PLACE_M, AddressBook, Found, NotFound
from gisdata.addresswords import name_key, quoted
from gisdata.datum import to_wgs84
from gisdata.errors import GeocoderError
from gisdata.kinds import number_or_nan
from gisdata.network.measure import great_circle_m
from gisdata.texttable import texts

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.sources.geocoders import Geocoder, GeocoderHit

DISAGREE_M = 500.0
TOO_VAGUE_M = 2000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a row says of its place; text is blank and a coordinate NaN where it says nothing."""

    customer: str
    name: str
    address: str
    lon: float
    lat: float
    stated: str

    @property
    def has_place(self) -> bool:
        """Whether its coordinates can be used."""
        return not math.isnan(self.lon)


def positions(frame: pd.DataFrame, datum: str) -> list[Asked]:
    """Return what the rows of a table say of their places.

    Parameters
    ----------
    frame : DataFrame
        With any of `customer`, `name`, `address`, `lon`, `lat`.
    datum : str
        Datum of the coordinates.

    Returns
    -------
    list of Asked
        One a row, coordinates in WGS 84.
    """
    blank = [""] * len(frame)
    cells = {name: texts(frame[name].tolist(), None) if name in frame else blank
             for name in ("customer", "name", "address", "lon", "lat")}
    lon, lat = (np.array([number_or_nan(cell) for cell in cells[name]], dtype=float) for name in ("lon", "lat"))
    usable = (np.abs(lon) <= 180) & (np.abs(lat) <= 90) & ((lon != 0) | (lat != 0))
    lon, lat = to_wgs84(np.where(usable, lon, np.nan), np.where(usable, lat, np.nan), datum)
    stated = [", ".join(filter(None, pair)) for pair in zip(cells["lon"], cells["lat"], strict=True)]
    return [Asked(*row) for row in zip(cells["customer"], cells["name"], cells["address"], lon.tolist(), lat.tolist(),
                                       stated, strict=True)]


class Master:
    """A customer master, ready to be looked up by id and by name.

    Parameters
    ----------
    customers : DataFrame
        With any of `id`, `name`, `address`, `lon`, `lat`.
    datum : str
        Datum of its coordinates.
    """

    def __init__(self, customers: pd.DataFrame, datum: str) -> None:
        self.rows = positions(customers, datum)
        self.ids = texts(customers["id"].tolist(), None) if "id" in customers else [""] * len(customers)
        names = [row.name for row in self.rows]
        self._tries = []
        for grade, key_of in (("customer", str), ("customer (normalised)", name_key)):
            by_id, by_name = _index(self.ids, key_of), _index(names, key_of)
            self._tries += [(grade, "customer", by_id, key_of), (grade, "customer", by_name, key_of),
                            (grade, "name", by_name, key_of)]

    def find(self, asked: Asked) -> tuple[list[int], str, str]:
        """Return the customers that a row means, the grade of the join, and the column it was made by.

        Parameters
        ----------
        asked : Asked
            A row of the orders.

        Returns
        -------
        tuple
            Rows of the master (none if it is not there), grade, column.
        """
        for grade, column, index, key_of in self._tries:
            text = asked.customer if column == "customer" else asked.name
            rows = index.get(key_of(text), []) if text else []
            if rows:
                return self._by_address(rows, asked), grade, column
        return [], "", ""

    def _by_address(self, rows: list[int], asked: Asked) -> list[int]:
        """Return those with the address of the order, if there are several and one has it."""
        same = [at for at in rows if asked.address and name_key(self.rows[at].address) == name_key(asked.address)]
        return same or rows


def _index(values: list[str], key_of: Callable[[str], str]) -> dict[str, list[int]]:
    """Return the rows of each value by its key, blanks left out."""
    index: dict[str, list[int]] = defaultdict(list)
    for at, value in enumerate(values):
        key = key_of(value)
        if key:
            index[key].append(at)
    return index


class Finder:
    """Finds the place of a row by all that is at hand.

    Parameters
    ----------
    master : Master, optional
        Customers.
    book : AddressBook, optional
        Addresses and names of the extract.
    geocoder : Geocoder, optional
        Asked last but for the street alone; after it failed once it is not asked again.
    """

    def __init__(self, master: Master | None, book: AddressBook | None, geocoder: Geocoder | None) -> None:
        self.master, self.book, self.geocoder = master, book, geocoder
        self.broken = ""
        self._known: dict[tuple[str, str, str], Found | NotFound] = {}

    def find(self, asked: Asked) -> Found | NotFound:
        """Return where a row is, or why that is not known.

        Parameters
        ----------
        asked : Asked
            The row.

        Returns
        -------
        Found or NotFound
            With a grade, or a reason.
        """
        if asked.has_place:
            return Found(asked.lon, asked.lat, "given", math.nan, "")
        key = (asked.customer, asked.name, asked.address)
        if key not in self._known:
            self._known[key] = self._without_coordinates(asked)
        hit = self._known[key]
        if not asked.stated:
            return hit
        unusable = f"its coordinates {quoted(asked.stated)} are none on the globe"
        if isinstance(hit, Found):
            return replace(hit, note="; ".join(filter(None, (f"{unusable}; placed by {hit.grade}", hit.note))))
        return NotFound(f"{unusable}; {hit.reason}", hit.elsewhere, "lon")

    def _without_coordinates(self, asked: Asked) -> Found | NotFound:
        """Return the place by all but the row's own coordinates."""
        joined = self._customer(asked)
        if isinstance(joined, Found):
            return self._compared(joined, asked)
        ambiguous = joined if isinstance(joined, NotFound) else None
        if isinstance(joined, Asked):
            asked = replace(asked, address=asked.address or joined.address, name=asked.name or joined.name)
        return self._outside_master(asked, ambiguous)

    def _customer(self, asked: Asked) -> Found | NotFound | Asked | None:
        """Return the customer's place; the customer, if it has none; None if there is no such customer."""
        rows, grade, column = self.master.find(asked) if self.master is not None else ([], "", "")
        if not rows or self.master is None:
            return None
        placed = [at for at in rows if self.master.rows[at].has_place]
        if not placed:
            return self.master.rows[rows[0]] if len({self.master.rows[at].address for at in rows}) == 1 else None
        lon = np.array([self.master.rows[at].lon for at in placed])
        lat = np.array([self.master.rows[at].lat for at in placed])
        apart = _apart_m(lon, lat)
        if apart > SAME_PLACE_M:
            text = getattr(asked, column)
            return NotFound(f"{len(placed)} customers are called {quoted(text)}, up to {apart:,.0f} m apart",
                            column=column)
        called = self.master.ids[placed[0]] or self.master.rows[placed[0]].name
        return Found(float(lon[0]), float(lat[0]), grade, apart if len(placed) > 1 else math.nan, called)

    def _compared(self, joined: Found, asked: Asked) -> Found:
        """Return the customer's place, with a note if the address of the row is elsewhere."""
        other = self.book.address(asked.address, asked.name) if self.book is not None and asked.address else None
        if isinstance(other, Found) and other.grade == "address":
            apart = _apart_m(np.array([joined.lon, other.lon]), np.array([joined.lat, other.lat]))
            if apart > DISAGREE_M:
                return replace(joined, note=f"the address {quoted(asked.address)} is {apart:,.0f} m from customer "
                                            f"{quoted(joined.called)}, where it was placed")
        return joined

    def _outside_master(self, asked: Asked, ambiguous: NotFound | None) -> Found | NotFound:
        """Return the place by address, name, geocoder, street, in this order."""
        street = None
        misses = [ambiguous] if ambiguous else []
        elsewhere = False
        if self.book is not None and asked.address:
            hit = self.book.address(asked.address, asked.name)
            if isinstance(hit, NotFound):
                misses.append(hit)
                elsewhere = hit.elsewhere
            elif hit.grade == "address":
                return hit
            else:
                street = hit
        if self.book is not None and asked.name and not elsewhere and ambiguous is None:
            hit = self.book.name(asked.name, near=street)
            if isinstance(hit, Found):
                return hit
            if street is None:
                misses.append(hit)
        answer = self._geocoded(asked.address or asked.name)
        if isinstance(answer, Found):
            return answer
        if street is not None:
            return street
        misses += [answer] if answer else []
        return _joined(misses, asked)

    def _geocoded(self, text: str) -> Found | NotFound | None:
        """Return what the geocoder says; None if there is none or nothing to ask."""
        if self.geocoder is None or not text:
            return None
        if not self.broken:
            try:
                hits = self.geocoder.geocode(text)
            except GeocoderError as error:
                self.broken = str(error)
            else:
                return _best(hits, text)
        return NotFound(f"the geocoder could not be asked ({self.broken})")


def _best(hits: list[GeocoderHit], text: str) -> Found | NotFound:
    """Return the hit of smallest uncertainty, if it is one place and not too vague."""
    if not hits:
        return NotFound(f"the geocoder does not know {quoted(text)}")
    least = min(hit.uncertainty_m for hit in hits)
    best = [hit for hit in hits if hit.uncertainty_m == least]
    apart = _apart_m(np.array([hit.lon for hit in best]), np.array([hit.lat for hit in best]))
    first = best[0]
    if least > TOO_VAGUE_M:
        return NotFound(f"the geocoder knows only the {first.grade} of {quoted(text)}")
    if apart > max(SAME_PLACE_M, 2 * least):
        return NotFound(f"the geocoder knows {len(best)} places for {quoted(text)}, up to {apart:,.0f} m apart")
    called = f"{first.provider}: {first.called}"
    return Found(first.lon, first.lat, f"geocoder:{first.grade}", max(least, apart), called)


def _joined(misses: list[NotFound], asked: Asked) -> NotFound:
    """Return one reason of several; the first names the column."""
    if not misses:
        what = "it has neither customer, name nor address" if not (asked.name or asked.address or asked.customer) else (
            "there is no such customer, and no addresses to look in")
        return NotFound(what, column="address" if asked.address or not asked.name else "name")
    reasons = dict.fromkeys(miss.reason for miss in misses)
    return NotFound("; ".join(reasons), any(miss.elsewhere for miss in misses), misses[0].column)


def _apart_m(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> float:
    """Return the largest distance between any two of some places."""
    if len(lon) == 1:
        return 0.0
    one, other = np.triu_indices(len(lon), 1)
    return float(great_circle_m(lon[one], lat[one], lon[other], lat[other]).max())
