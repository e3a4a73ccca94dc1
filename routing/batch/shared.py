"""What the problems of a batch share: roads read from a map once, and kept ready for every process and the next night.

A map is read, and its contraction is worked out, by the first process that needs it; what it makes stands in the
cache folder, and the others map it into memory.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from functools import cache
from typing import TYPE_CHECKING

from gisdata.errors import InputFileError
from gisdata.files import cache_folder, held_alone
from gisdata.network import load_roads, save_roads
from gisdata.network.hierarchy import hierarchy
from routing.reading import read_roads

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork

VERSION = 1
"""Of what is kept of a map; another number reads it anew."""

COMPILED = ("auto", "native")
"""Engines that are compiled at first use."""

COMPILING_S = 120.0
"""How long a process may take for that."""


@cache
def ready_to_search() -> None:
    """Have the native engine compiled, or loaded: by one process at a time, so that others load what one compiled.

    To be called once it is known that there is something to search, for it can take a minute.
    """
    from routing.engines.auto import compile_native

    with ExitStack() as stack:
        with suppress(OSError):  # no folder for a lock, or one who holds it for ever: then side by side
            cache_folder().mkdir(parents=True, exist_ok=True)
            stack.enter_context(held_alone(cache_folder() / "compiling.lock", COMPILING_S))
        compile_native()


def shared_roads(source: str, key: str) -> RoadNetwork:
    """Return roads, ready to find ways on.

    Parameters
    ----------
    source : str
        As `routing.reading.read_roads` takes it.
    key : str
        Hash of the file.

    Returns
    -------
    RoadNetwork
        From the cache folder if this map was read before on this machine.

    Raises
    ------
    InputFileError, RoadNetworkError, UnknownNameError
        As the readers do.
    """
    if source.endswith(".roads") or source.startswith("sample:"):
        roads = read_roads(source)
    else:
        file = cache_folder() / f"map-{VERSION}-{key[:32]}.roads"
        try:
            roads = load_roads(file)
        except InputFileError:
            roads = read_roads(source)
            with suppress(OSError):  # no folder to keep it in is no fault
                save_roads(roads, file)
    hierarchy(roads)
    return roads
