"""Put orders without coordinates on the map, each with a grade, or list them with their cell and the reason.

Tried in this order: coordinates of the row itself; the customer master; the address in the extract; the name in the
extract; a geocoder; the street alone. Of two hits of one grade far apart none is taken. Degrees of WGS 84, metres.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.addressbook import AddressBook, Found, NotFound
from gisdata.addresswords import quoted
from gisdata.datum import DatumGuess, guess_datum
from gisdata.errors import CrsError, Fault, MissingColumnError
from gisdata.finding import Finder, Master, positions

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

    from gisdata.network import RoadNetwork
    from gisdata.sources.geocoders import Geocoder

UNPLACED_COLUMNS = ("row", "cell", "id", "column", "value", "reason")
TOO_FAR_M = 2000.0
_GRADES = ("given", "customer", "customer (normalised)", "address", "name", "geocoder", "street")
_ADDED = ("placed_by", "placed_as", "uncertainty_m", "placed_note")
_PROFILE = "car"


@dataclass(frozen=True, slots=True, eq=False)
class PlacedOrders:
    """What came of putting orders on the map.

    Parameters
    ----------
    orders : GeoDataFrame
        Rows that were placed, all their columns and the index kept, with `lon`, `lat`, points, and: `placed_by` (the
        grade), `placed_as` (what it is called there), `uncertainty_m` (NaN where nobody knows), `placed_note` (what
        should be looked at; mostly blank).
    unplaced : DataFrame
        One line for each other row: `row` (label of the index), `cell`, `id`, `column`, `value`, `reason`.
    guesses : mapping of str to DatumGuess
        What was guessed of the datum of ``orders`` and ``customers``, if that was asked for.
    """

    orders: geopandas.GeoDataFrame
    unplaced: pd.DataFrame
    guesses: Mapping[str, DatumGuess] = field(default_factory=dict)

    def grades(self) -> pd.DataFrame:
        """Return how many rows have each grade, and how far off the worst may be.

        Returns
        -------
        DataFrame
            Columns `rows` and `uncertainty_m`, by grade, best first; ``not placed`` comes last.
        """
        import pandas as pd

        by_grade = self.orders.groupby("placed_by")["uncertainty_m"].agg(["size", "max"])
        order = sorted(by_grade.index, key=lambda grade: (_GRADES.index(str(grade).partition(":")[0]), grade))
        rows = [(grade, int(by_grade.loc[grade, "size"]), by_grade.loc[grade, "max"]) for grade in order]
        rows.append(("not placed", len(self.unplaced), np.nan))
        return pd.DataFrame(rows, columns=["grade", "rows", "uncertainty_m"]).set_index("grade")

    def report(self) -> str:
        """Return the grades, every row that was not placed, and every note, as text.

        Returns
        -------
        str
            One line each.
        """
        counts = ", ".join(f"{grade} {rows:,}" for grade, rows in self.grades()["rows"].items())
        lines = [f"{len(self.orders):,} of {len(self.orders) + len(self.unplaced):,} rows placed ({counts})"]
        lines += [f"  coordinates of {table}: {guess}" for table, guess in self.guesses.items()]
        for line in self.unplaced.to_dict("records"):
            where = line["cell"] or f"row {line['row']}"
            lines.append(f"  {where} ({line['column']} {quoted(line['value'])}): {line['reason']}")
        lines += [f"  row {label}: {note}" for label, note in self.orders["placed_note"].items() if note]
        return "\n".join(lines)


def place_orders(orders: pd.DataFrame, *, customers: pd.DataFrame | None = None,
                 addresses: geopandas.GeoDataFrame | None = None, geocoder: Geocoder | None = None,
                 roads: RoadNetwork | None = None, max_distance_m: float = TOO_FAR_M, datum: str = "wgs84",
                 towns: Iterable[str] = (), cell_of: Callable[[Any, str], str] | None = None) -> PlacedOrders:
    """Find coordinates for orders that have none.

    Parameters
    ----------
    orders : DataFrame
        Used are `lon`, `lat`, `customer` (an id), `name` and `address`, as far as they are there; blanks are fine.
    customers : DataFrame, optional
        The customer master: `id`, `name`, `address`, `lon`, `lat`, as far as they are there.
    addresses : GeoDataFrame, optional
        From `gisdata.address_points`.
    geocoder : Geocoder, optional
        Asked for what the above do not place (see `gisdata.sources.geocoders`).
    roads : RoadNetwork, optional
        Places further from its roads than `max_distance_m` are listed, not placed. Without roads the box around
        `addresses` counts, and without those nothing is too far.
    max_distance_m : float
        See `roads`.
    datum : str
        Datum of the coordinates in both tables, as for `gisdata.to_wgs84`; or ``"guess"``, which needs `roads`, guesses
        for each table on its own, and reports it.
    towns : iterable of str
        Names that may stand in an address without meaning another place, besides those of the extract.
    cell_of : callable, optional
        Gives the address of a cell, such as ``"C12"``, for an index label and a column.

    Returns
    -------
    PlacedOrders
        Every row is in exactly one of its two tables.

    Raises
    ------
    MissingColumnError
        If the orders have neither coordinates nor any column to find them by.
    CrsError
        If the datum is to be guessed, and is not clear.
    UnknownNameError
        If there is no such datum.
    """
    import pandas as pd

    if not {"lon", "name", "address", "customer"} & set(orders.columns):
        raise MissingColumnError([_nothing_to_go_by(orders)])
    book = AddressBook(addresses, towns) if addresses is not None else None
    guesses = _guesses({"orders": orders, "customers": customers}, roads) if datum == "guess" else {}
    datum_of = {table: guesses[table].datum if table in guesses else "wgs84" if datum == "guess" else datum
                for table in ("orders", "customers")}
    master = Master(customers, datum_of["customers"]) if customers is not None else None
    finder = Finder(master, book, geocoder)
    found = [finder.find(row) for row in positions(orders, datum_of["orders"])]
    found = _near_only(found, roads, book, max_distance_m)
    unplaced = [_line(orders, at, miss, cell_of) for at, miss in enumerate(found) if isinstance(miss, NotFound)]
    return PlacedOrders(_placed(orders, found), pd.DataFrame(unplaced, columns=list(UNPLACED_COLUMNS)), guesses)


def _guesses(tables: Mapping[str, pd.DataFrame | None], roads: RoadNetwork | None) -> dict[str, DatumGuess]:
    """Return the guess for each table that has coordinates; an unclear one is an error."""
    if roads is None:
        raise CrsError('datum="guess" needs roads=, as coordinates are compared with them; or state the datum')
    guesses = {}
    for table, frame in tables.items():
        rows = [row for row in positions(frame, "wgs84") if row.has_place] if frame is not None else []
        if rows:
            guesses[table] = guess_datum([row.lon for row in rows], [row.lat for row in rows], roads, profile=_PROFILE)
    unclear = [f"{table}: {guess}" for table, guess in guesses.items() if not guess.sure]
    if unclear:
        raise CrsError(f"the datum of the coordinates is not clear; {'; '.join(unclear)}. State it: datum=\"wgs84\", "
                       "\"gcj02\" or \"bd09\", or convert each part of the table with gisdata.to_wgs84")
    return guesses


def _nothing_to_go_by(orders: pd.DataFrame) -> Fault:
    return Fault("orders table", "has neither coordinates nor customer, name or address",
                 f"It has: {', '.join(map(str, orders.columns))}. Rename a column.")


def _near_only(found: Sequence[Found | NotFound], roads: RoadNetwork | None, book: AddressBook | None,
               max_distance_m: float) -> list[Found | NotFound]:
    """Return what was found, what lies outside the area replaced by the reason."""
    places = [at for at, hit in enumerate(found) if isinstance(hit, Found)]
    lon = np.array([hit.lon for hit in found if isinstance(hit, Found)])
    lat = np.array([hit.lat for hit in found if isinstance(hit, Found)])
    result = list(found)
    if roads is not None and places:
        from gisdata.network import snap

        gaps, what = snap(roads, lon, lat, _PROFILE, np.inf).distance_m, "the nearest road"
    elif book is not None and places:
        gaps, what = _beyond_m(lon, lat, book), "the addresses of the extract"
    else:
        return result
    for at, gap in zip(places, gaps, strict=True):
        hit = found[at]
        if gap > max_distance_m and isinstance(hit, Found):
            column = "lon" if hit.grade == "given" else "name" if hit.grade in ("customer", "name") else "address"
            result[at] = NotFound(f"{hit.grade} {hit.lon:.5f}, {hit.lat:.5f} lies {gap / 1000:,.1f} km from {what}: "
                                  "another city, or swapped or shifted coordinates?", True, column)
    return result


def _beyond_m(lon: np.ndarray, lat: np.ndarray, book: AddressBook) -> np.ndarray:
    """Return how far places lie outside the box of a book, metres."""
    from gisdata.network.measure import great_circle_m

    west, south, east, north = book.box()
    return great_circle_m(lon, lat, np.clip(lon, west, east), np.clip(lat, south, north))


def _placed(orders: pd.DataFrame, found: Sequence[Found | NotFound]) -> geopandas.GeoDataFrame:
    """Return the rows that were found, with what was found of them."""
    import geopandas
    import pandas as pd

    hits = [hit for hit in found if isinstance(hit, Found)]
    rows = [at for at, hit in enumerate(found) if isinstance(hit, Found)]
    frame = pd.DataFrame(orders).iloc[rows].drop(columns=["lon", "lat", "geometry", *_ADDED], errors="ignore")
    added = {"lon": [hit.lon for hit in hits], "lat": [hit.lat for hit in hits]}
    told = {"placed_by": [hit.grade for hit in hits], "placed_as": [hit.called for hit in hits],
            "placed_note": [hit.note for hit in hits]}
    frame = frame.assign(**{name: np.array(values, dtype=np.float64) for name, values in added.items()},
                         **{name: pd.array(values, dtype="str") for name, values in told.items()},
                         uncertainty_m=np.array([hit.uncertainty_m for hit in hits], dtype=np.float64))
    points = geopandas.points_from_xy(frame["lon"], frame["lat"])
    return geopandas.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def _line(orders: pd.DataFrame, at: int, miss: NotFound, cell_of: Callable[[Any, str], str] | None) -> dict[str, Any]:
    """Return the line of a row that was not found."""
    label, columns = orders.index[at], orders.columns
    column = miss.column if miss.column in columns else next(
        name for name in ("address", "name", "customer", "lon") if name in columns)
    value = orders[column].iloc[at]
    return {"row": label, "cell": cell_of(label, column) if cell_of else "",
            "id": orders["id"].iloc[at] if "id" in columns else "", "column": column,
            "value": "" if value is None or value != value else str(value), "reason": miss.reason}  # noqa: PLR0124
