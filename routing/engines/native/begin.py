"""Which search a day gets: that of plain days if it knows every rule of the day, or the one that knows all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.engines.native.islands import Island
from routing.engines.native.plain.island import PlainIsland
from routing.engines.native.plain.state import is_plain, table_of

if TYPE_CHECKING:
    from routing.engines import Initial
    from routing.engines.native.encode import Encoded


def begun(encoded: Encoded, seeds: list[int], initial: Initial, fleet_first: bool) -> list[Island]:
    """Return searches at their beginning, of the fastest kind that knows all rules of the day.

    Parameters
    ----------
    encoded : Encoded
        What to search.
    seeds : list of int
        One for each search.
    initial : sequence of (str, sequence of str)
        Routes to begin from.
    fleet_first : bool
        Whether fewer routes are better than cheaper ones.

    Returns
    -------
    list of Island
        All of one kind. A plain day whose orders do not all find a place at once is searched like any other.
    """
    if is_plain(encoded.day) and not fleet_first:
        table = table_of(encoded.day)
        plain = [PlainIsland(encoded, table, seed, initial) for seed in seeds]
        if all(island.is_complete for island in plain):
            return list[Island](plain)
    return [Island(encoded, seed, initial, fleet_first) for seed in seeds]
