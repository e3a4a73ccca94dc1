"""Save a road network in one file and load it again, unchanged or not at all.

A `.roads` file is a zip with `manifest.json` (version, origin, SHA-256 of every other member), `nodes.parquet` and
`edges.parquet` (GeoParquet), `restrictions.parquet` and `topology.npz` (compressed rows). Tags that no road has are
left out. Nothing in it is ever executed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisdata.errors import InputFileError, RoadNetworkError
from gisdata.files import safe_name, whole_file
from gisdata.network.frames import TEXT
from gisdata.network.road_network import RoadNetwork, with_all_tags
from gisdata.network.tags import RESTRICTION_COLUMNS
from gisdata.network.topology import Topology, remembered, topology

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "gisdata roads"
VERSION = 1
_MEMBERS = ("nodes.parquet", "edges.parquet", "restrictions.parquet", "topology.npz")
_MOST_ROWS = 100_000_000
_DECODING_ERRORS = (
    ValueError, KeyError, OSError, EOFError, zlib.error, zipfile.BadZipFile, shapely.GEOSException, RoadNetworkError,
)  # fmt: skip
_AGAIN = "Make it again with gisdata.save_roads."


def save_roads(roads: RoadNetwork, path: str | os.PathLike[str]) -> Path:
    """Save a road network as one file; the same network always gives the same bytes.

    Parameters
    ----------
    roads : RoadNetwork
        What to save.
    path : path-like
        A file name (by habit ``*.roads``), or a folder, which then gets a file named after the network.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    OSError
        If the file cannot be written; an older file of that name is then untouched.
    """
    final = Path(path)
    if final.is_dir():
        final /= f"{safe_name(roads.name)}.roads"
    nodes, edges = with_all_tags(roads.nodes, roads.edges)  # in the order of columns that loading gives
    nodes, edges = dataclasses.replace(roads, nodes=nodes, edges=edges).to_frames()
    known = topology(roads)
    members = {
        "nodes.parquet": _parquet(nodes),
        "edges.parquet": _parquet(edges),
        "restrictions.parquet": _parquet(roads.restrictions),
        "topology.npz": _npz({"first": known.first, "edge": known.edge, "twin": known.twin}),
    }
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "meta": dict(roads.meta),
        "digest": roads.digest,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    members = {"manifest.json": json.dumps(manifest, ensure_ascii=False, indent=1).encode(), **members}
    with whole_file(final) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), data)
    return final


def load_roads(path: str | os.PathLike[str]) -> RoadNetwork:
    """Load a road network that `save_roads` wrote, ready to find ways on.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    RoadNetwork
        Equal in content (same `digest`) to the one saved.

    Raises
    ------
    InputFileError
        If the file is missing, not a roads file, of a later version, cut short or changed.
    """
    file = Path(path)
    try:
        return _decoded(file, _members(file))
    except FileNotFoundError as error:
        raise InputFileError(f"{file}: there is no such file") from error
    except (IsADirectoryError, PermissionError) as error:
        raise InputFileError(f"{file}: cannot be read ({error.strerror}); is it a folder, or locked?") from error
    except zipfile.BadZipFile as error:
        raise InputFileError(
            f"{file}: not a roads file, or damaged ({error}). A map file (.osm.pbf, .osm) is read with "
            f"gisdata.read_osm. {_AGAIN}"
        ) from error


def _members(file: Path) -> dict[str, bytes]:
    """Return the members of the archive, each of the content its manifest promises; the manifest among them."""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if "manifest.json" not in names:
            raise InputFileError(f"{file}: not a roads file, or damaged (it has no manifest.json). {_AGAIN}")
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise InputFileError(f"{file}: not a roads file as gisdata writes it (it was compressed anew). {_AGAIN}")
        members = {"manifest.json": archive.read("manifest.json")}
        manifest = _manifest(file, members["manifest.json"])
        for name in _MEMBERS:
            if name not in names:
                raise InputFileError(f"{file}: the roads file lacks {name}. {_AGAIN}")
            members[name] = archive.read(name)
            if hashlib.sha256(members[name]).hexdigest() != manifest["sha256"].get(name):
                raise InputFileError(f"{file}: {name} was changed after the file was made. {_AGAIN}")
    return members


def _manifest(file: Path, data: bytes) -> Mapping[str, Any]:
    """Return the manifest if it is one of ours and of a version this program knows."""
    try:
        manifest = json.loads(data)
        known = manifest["format"] == FORMAT
        version, hashes, meta = manifest["version"], manifest["sha256"], manifest["meta"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputFileError(f"{file}: a zip file, but not a roads file (its manifest is not one)") from error
    if not known or not isinstance(hashes, dict) or not isinstance(meta, dict):
        raise InputFileError(f"{file}: a zip file, but not a roads file (its manifest is not one)")
    if version != VERSION:
        raise InputFileError(
            f"{file}: written in version {version} of the roads format; this program reads version {VERSION}. "
            "Update the program, or make the file again."
        )
    checked: Mapping[str, Any] = manifest
    return checked


def _decoded(file: Path, members: Mapping[str, bytes]) -> RoadNetwork:
    """Return the network in the members."""
    import pyarrow as pa

    manifest = _manifest(file, members["manifest.json"])
    try:
        nodes, edges, restrictions = (_frame(members[name]) for name in _MEMBERS[:3])
        lines = shapely.from_wkb(edges.pop("geometry").to_numpy())
        nodes = nodes.drop(columns="geometry")
        meta = {str(label): str(text) for label, text in manifest["meta"].items()}
        nodes, edges = with_all_tags(nodes, edges)
        roads = RoadNetwork(nodes, edges, lines, restrictions, meta)
        with np.load(io.BytesIO(members["topology.npz"]), allow_pickle=False) as arrays:
            known = Topology(arrays["first"], arrays["edge"], arrays["twin"])
    except (*_DECODING_ERRORS, pa.ArrowException) as error:
        raise InputFileError(f"{file}: the roads file holds no usable road network ({error}). {_AGAIN}") from error
    if not _fits(known, roads):
        raise InputFileError(f"{file}: topology.npz does not belong to the edges beside it. {_AGAIN}")
    remembered(roads, "topology", lambda: known)
    return roads


def _fits(known: Topology, roads: RoadNetwork) -> bool:
    """Return whether a topology can belong to the network; a wrong one would send vehicles over the wrong edges."""
    u, v = roads.edges["u"].to_numpy(), roads.edges["v"].to_numpy()
    count = len(u)
    shapes = known.first.shape == (len(roads.nodes) + 1,) and known.edge.shape == known.twin.shape == (count,)
    if not shapes or any(array.dtype != np.int32 for array in (known.first, known.edge, known.twin)):
        return False
    paired = np.flatnonzero(known.twin >= 0)
    partner = known.twin[paired]
    return bool(
        (np.bincount(u, minlength=len(roads.nodes)) == np.diff(known.first)).all()
        and (np.sort(known.edge) == np.arange(count)).all()
        and (np.diff(u[known.edge]) >= 0).all()
        and (known.twin >= -1).all()
        and (known.twin < count).all()
        and (u[paired] == v[partner]).all()
        and (v[paired] == u[partner]).all()
        and (known.twin[partner] == paired).all()
    )


def _parquet(frame: pd.DataFrame) -> bytes:
    used = [c for c in frame.columns if frame[c].dtype != TEXT or frame[c].notna().any() or c in RESTRICTION_COLUMNS]
    buffer = io.BytesIO()
    frame[used].to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _npz(arrays: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0)), "w") as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()


def _frame(data: bytes) -> pd.DataFrame:
    """Return a Parquet table as a frame with texts of one kind; GeoPandas is not needed for that."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(data))
    if file.metadata.num_rows > _MOST_ROWS:
        raise ValueError(f"a table of {file.metadata.num_rows:,} rows")
    table = file.read().replace_schema_metadata(None)
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.string(): TEXT, pa.large_string(): TEXT}.get)
    return frame
