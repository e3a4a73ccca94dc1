"""Which search a day gets: that of plain days if it knows every rule of the day, or the one that knows all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.engines.native.islands import Island
from routing.engines.native.plain.island import PlainIsland
from routing.engines.native.plain.state import is_plain, table_of
from routing.errors import NoPlanError

if TYPE_CHECKING:
    from routing.engines import Initial
    from routing.engines.native.encode import Encoded


def begun(encoded: Encoded, seeds: list[int], initial: Initial, fleet_first: bool,
          plain_only: bool = False) -> list[Island]:
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
    plain_only : bool
        Whether the search that knows all rules may not be used.

    Returns
    -------
    list of Island
        All of one kind. A plain day whose orders do not all find a place at once is searched like any other.

    Raises
    ------
    NoPlanError
        If `plain_only` and this is no such day.
    """
    if is_plain(encoded.day) and not fleet_first:
        table = table_of(encoded.day)
        plain = [PlainIsland(encoded, table, seed, initial) for seed in seeds]
        if all(island.is_complete for island in plain):
            return list[Island](plain)
    if plain_only:
        raise NoPlanError("the search of plain days does not know all rules of this day")
    return [Island(encoded, seed, initial, fleet_first) for seed in seeds]
