"""Write a travel matrix that need not fit in memory: two arrays on disk, filled some rows at a time.

Seconds and metres as 32-bit whole numbers; whoever reads them with ``numpy.load(path, mmap_mode="r")`` holds no more
than is used.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm.auto import tqdm

from gisdata.errors import TooLargeError
from gisdata.files import whole_folder
from gisdata.network.snapping import snap
from gisdata.profiles import Profile, as_profile
from routing.placed import located
from routing.travel import MAX_SNAP_M, by_rows, require_on_road, require_usable

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from gisdata.network.road_network import RoadNetwork
    from routing.model import Depot, Order

_KIND = np.dtype("<i4")
_LARGEST = int(np.iinfo(_KIND).max)


def write_travel_matrix(
    roads: RoadNetwork, places: pd.DataFrame | Iterable[Depot | Order], profile: str | Profile,
    folder: str | os.PathLike[str], max_snap_m: float = MAX_SNAP_M,
) -> None:
    """Write times and distances between all places along the fastest ways, however many places there are.

    The folder gets ``duration_s.npy`` and ``distance_m.npy``, whole numbers of 32 bits, row to column, -1 where no road
    leads, and ``places.json``, the name of each row. All of them or none are written.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    places : DataFrame, GeoDataFrame or list of Depot and Order
        As for `travel_matrix`.
    profile : str or Profile
        Who drives.
    folder : path-like
        Made if it does not exist.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.

    Raises
    ------
    PlacesOffRoadError
        If places are further than `max_snap_m` from any usable road.
    TooLargeError
        If the disk has no room for it, or a way is longer than 2**31 - 1 metres or seconds.
    CrsError, RoadNetworkError
        If the places have no usable position.
    """
    labels, lon, lat = located(places)
    require_usable(roads, max_snap_m)
    who, count = as_profile(profile), len(labels)
    snaps = snap(roads, lon, lat, who, max_snap_m)
    require_on_road(snaps, labels, who, max_snap_m)
    _require_disk(Path(folder), count)
    with whole_folder(folder) as fresh, tqdm(total=count, desc="travel matrix", unit="row", disable=None) as bar:
        files = [np.lib.format.open_memmap(fresh / f"{name}.npy", "w+", _KIND, (count, count))
                 for name in ("duration_s", "distance_m")]
        for rows, *tables in by_rows(roads, who, snaps):
            for file, table in zip(files, tables, strict=True):
                if table.max(initial=0) > _LARGEST:
                    raise TooLargeError(f"a way of {table.max():,} does not fit into 32 bits")
                file[rows] = table
            bar.update(rows.stop - rows.start)
        for file in files:
            file.flush()
        del files, file  # Windows moves no file that is mapped
        (fresh / "places.json").write_text(json.dumps(labels, ensure_ascii=False), encoding="utf-8")


def _require_disk(folder: Path, count: int) -> None:
    """Refuse a matrix that the disk has no room for."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    needed, free = 2 * count * count * _KIND.itemsize, shutil.disk_usage(there).free
    if needed > free:
        raise TooLargeError(f"a matrix of {count:,} places takes {needed / 1e9:,.1f} GB on disk; "
                            f"{free / 1e9:,.1f} GB are free in {there}")
