"""One file that holds a whole plan: its problem, matrices, routes and, where traced, its lines and the roads around.

A `*.plan` file is a zip. `manifest.json` names format, version and the SHA-256 of every other member; `problem.json`,
`plan.json` and, if it is recorded how the plan was made, `recipe.json` are plain records; `matrices/<k>/*.npy` are
little-endian integers, one more for each span of a matrix by the hour; `legs.parquet` is GeoParquet and `roads.roads` a
file of `gisdata.save_roads`, GeoParquet too. The last 64 characters of the file are the SHA-256 of all before them. The
same plan, made in the same way, always gives the same bytes. Nothing in it is ever executed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import itertools
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import shapely

from gisdata.errors import GisDataError
from gisdata.files import whole_file
from gisdata.network import load_roads, save_roads
from gisdata.network.topology import remembered
from routing.errors import PlanFileError, ProblemError
from routing.model import Hourly, Problem, TravelMatrix
from routing.plan import Plan, PlanGeometry
from routing.recipe import Recipe

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork

FORMAT = "routebook plan"
VERSION = 1
MOST_BYTES = 8 * 2**30
"""Most that a file may unpack to, unless the reader is told otherwise."""

_SEAL = 64
_MOST_RATIO, _RATIO_FROM = 200, 16 * 2**20
_ARRAYS = ("duration_s", "distance_m")
_UNREADABLE = (ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, TypeError,
               ValueError, zipfile.BadZipFile, zlib.error, shapely.GEOSException, GisDataError)


def save_plan(plan: Plan, path: str | os.PathLike[str]) -> Path:
    """Save a plan as one file; the same plan, made in the same way, always gives the same bytes.

    Parameters
    ----------
    plan : Plan
        What to save.
    path : path-like
        File name, by habit ``*.plan``.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    PlanFileError
        If the plan holds a value that cannot be written, such as a time that is no number.
    OSError
        If the file cannot be written; an older file of that name is then untouched.
    """
    members = {"problem.json": _json(plan.problem.to_dict()), "plan.json": _json(plan.to_dict())}
    if plan.recipe:
        members["recipe.json"] = _json(plan.recipe.to_dict())
    for k, matrix in enumerate(plan.problem.matrices):
        members |= {f"matrices/{k}/{name}.npy": _npy(getattr(matrix, name)) for name in _ARRAYS}
        for span, seconds in enumerate(matrix.hourly.duration_s if matrix.hourly else ()):
            members[f"matrices/{k}/span-{span}.npy"] = _npy(seconds)
    if plan.geometry:
        members |= {"legs.parquet": _legs(plan.geometry), "roads.roads": _roads(plan.geometry.roads)}
    manifest = {
        "format": FORMAT, "version": VERSION, "routebook": _own_version(), "plan": plan.digest,
        "problem": plan.problem.digest,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    final = Path(path)
    with whole_file(final) as temporary:
        temporary.write_bytes(_sealed({"manifest.json": _json(manifest), **members}))
    return final


def load_plan(path: str | os.PathLike[str], *, max_bytes: int = MOST_BYTES) -> Plan:
    """Load a plan that `save_plan` wrote, unchanged or not at all.

    Parameters
    ----------
    path : path-like
        The file.
    max_bytes : int
        Most that it may unpack to.

    Returns
    -------
    Plan
        Equal to the one saved, with its geometry. Its problem holds no roads.

    Raises
    ------
    PlanFileError
        If the file is missing, no plan file, of a later version, cut short, changed, or unpacks to more than
        `max_bytes`.
    """
    file = Path(path)
    try:
        with file.open("rb") as handle:
            _check_seal(file, handle)
            with zipfile.ZipFile(handle) as archive:
                return _decoded(_Reader(file, archive, max_bytes))
    except PlanFileError:
        raise
    except FileNotFoundError:
        raise PlanFileError(f"{file}: there is no such file") from None
    except (IsADirectoryError, PermissionError) as error:
        raise PlanFileError(f"{file}: cannot be read ({error.strerror}); is it a folder, or locked?") from None
    except _UNREADABLE as error:
        raise PlanFileError(f"{file}: this plan file holds no usable plan ({error}); save the plan again") from error


class _Reader:
    """Gives the members of an archive, each of a bearable size and of the content that the manifest promises."""

    def __init__(self, file: Path, archive: zipfile.ZipFile, max_bytes: int) -> None:
        self.file, self._archive = file, archive
        self._sizes = {info.filename: info for info in archive.infolist()}
        unpacked = sum(info.file_size for info in archive.infolist())
        bombs = [info.filename for info in archive.infolist()
                 if info.file_size > _RATIO_FROM and info.file_size > _MOST_RATIO * info.compress_size
                 and not info.filename.endswith(".npy")]
        if unpacked > max_bytes or bombs or len(self._sizes) != len(archive.infolist()):
            raise PlanFileError(f"{file}: unpacks to {unpacked / 1e9:,.1f} GB, more than an honest plan of its size or "
                                f"than max_bytes={max_bytes}; raise that only if you trust the file")
        self.manifest = self._manifest()

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def read(self, name: str, most: int | None = None) -> bytes:
        """Return a member, of at most `most` bytes, after comparing it with the manifest."""
        if name not in self:
            raise PlanFileError(f"{self.file}: the plan file lacks {name}; save the plan again")
        if most is not None and self._sizes[name].file_size > most:
            raise PlanFileError(f"{self.file}: {name} is larger than its problem allows; save the plan again")
        data = self._archive.read(name)
        if hashlib.sha256(data).hexdigest() != self.manifest["sha256"].get(name):
            raise PlanFileError(f"{self.file}: {name} was changed after the plan was saved; save it again")
        return data

    def _manifest(self) -> Mapping[str, Any]:
        try:
            manifest = json.loads(self._archive.read("manifest.json"))
            ours = manifest["format"] == FORMAT and isinstance(manifest["sha256"], dict)
            number = manifest["version"]
        except (KeyError, TypeError, ValueError):
            ours = False
        if not ours:
            raise PlanFileError(f"{self.file}: a zip file, but not a plan file")
        if number != VERSION:
            raise PlanFileError(f"{self.file}: written in version {number} of the plan format; this program reads "
                                f"version {VERSION}. Update the program")
        checked: Mapping[str, Any] = manifest
        return checked


def _decoded(reader: _Reader) -> Plan:
    record = json.loads(reader.read("problem.json"))
    labels = [*(f"depot {depot['id']}" for depot in record["depots"]),
              *(f"order {order['id']}" for order in record["orders"])]
    matrices = []
    for k, named in enumerate(record["matrices"]):
        begins_s = named.get("begins_s", [])
        duration_s, distance_m, *spans = (
            _array(reader.read(f"matrices/{k}/{name}.npy", most=128 + 8 * len(labels) ** 2), len(labels))
            for name in (*_ARRAYS, *(f"span-{span}" for span in range(len(begins_s)))))
        hourly = Hourly(tuple(begins_s), np.stack(spans)) if spans else None
        matrices.append(TravelMatrix(named["profile"], tuple(labels), duration_s, distance_m, hourly))
    problem = Problem.from_dict(record, matrices)
    plan = Plan.from_dict(json.loads(reader.read("plan.json")), problem)
    if "legs.parquet" in reader:
        legs = _read_legs(reader.read("legs.parquet"), plan.leg_counts)
        geometry = PlanGeometry(legs, _read_roads(reader.read("roads.roads")))
        plan = Plan.from_dict(plan.to_dict(), problem, geometry)
    if plan.digest != reader.manifest.get("plan"):
        raise ProblemError("its content is not what its manifest says")
    if "recipe.json" in reader:
        plan = dataclasses.replace(plan, recipe=Recipe.from_dict(json.loads(reader.read("recipe.json"))))
    return plan


def _json(record: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise PlanFileError(f"the plan holds a value that is no figure ({error}); routing.check names it") from error


def _npy(array: np.ndarray[Any, np.dtype[np.int64]]) -> bytes:
    buffer = io.BytesIO()
    narrow = not array.size or int(array.max()) < 2**31
    np.lib.format.write_array(buffer, array.astype("<i4" if narrow else "<i8"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _array(data: bytes, n: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return a square array after comparing its header with the bytes there are; nothing is allocated before."""
    buffer = io.BytesIO(data)
    if np.lib.format.read_magic(buffer) != (1, 0):
        raise ProblemError("a matrix is of an unknown format")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(buffer, max_header_size=1000)
    kinds = (np.dtype("<i4"), np.dtype("<i8"))
    if shape != (n, n) or fortran or dtype not in kinds or len(data) != buffer.tell() + n * n * dtype.itemsize:
        raise ProblemError(f"a matrix of shape {shape} and kind {dtype} stands where one of {(n, n)} numbers should")
    array = np.frombuffer(data, dtype=dtype, offset=buffer.tell()).reshape(n, n).astype(np.int64)
    array.setflags(write=False)
    return array


def _legs(geometry: PlanGeometry) -> bytes:
    from geopandas import GeoDataFrame

    rows = [(route, leg, line) for route, lines in enumerate(geometry.legs) for leg, line in enumerate(lines)]
    columns = {"route": [row[0] for row in rows], "leg": [row[1] for row in rows]}
    buffer = io.BytesIO()
    frame = GeoDataFrame(columns, geometry=[row[2] for row in rows], crs="EPSG:4326")
    frame.astype({"route": "int32", "leg": "int32"}).to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _read_legs(data: bytes, counts: list[int]) -> tuple[tuple[Any, ...], ...]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(data))
    if file.metadata.num_rows != sum(counts):
        raise ProblemError(f"{file.metadata.num_rows} lines stand where the routes have {sum(counts)} legs")
    table = file.read(columns=["route", "leg", "geometry"])
    wanted = [(route, leg) for route, count in enumerate(counts) for leg in range(count)]
    lines = shapely.from_wkb(table["geometry"].to_numpy())
    if [*zip(table["route"].to_pylist(), table["leg"].to_pylist(), strict=True)] != wanted \
            or not (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING).all():
        raise ProblemError("the lines are not those of the routes")
    ends = np.cumsum([0, *counts])
    return tuple(tuple(lines[begin:end]) for begin, end in itertools.pairwise(ends))


def _roads(roads: RoadNetwork) -> bytes:
    """Return the file of the roads; plans of one area share them (see `routing.travel.trace`), and it is made once."""
    return remembered(roads, "roads file", lambda: _roads_file(roads))


def _roads_file(roads: RoadNetwork) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return save_roads(roads, Path(folder) / "roads.roads").read_bytes()


def _read_roads(data: bytes) -> RoadNetwork:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "roads.roads"
        file.write_bytes(data)
        try:
            return load_roads(file)
        except GisDataError as error:
            raise ProblemError(str(error).replace(str(file), "its roads")) from error


def _sealed(members: Mapping[str, bytes]) -> bytes:
    """Return a zip without clocks or machines in it, ending in the hash of itself."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            packed = name.endswith((".roads", ".parquet"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=1)
        archive.comment = bytes(_SEAL)
    content = buffer.getvalue()[:-_SEAL]
    return content + hashlib.sha256(content).hexdigest().encode()


def _check_seal(file: Path, handle: IO[bytes]) -> None:
    size = handle.seek(0, os.SEEK_END)
    handle.seek(0)
    if handle.read(4) != b"PK\x03\x04":
        what = "is empty" if not size else "is not a plan file"
        raise PlanFileError(f"{file}: {what}; plan files are written by routing.save_plan")
    handle.seek(0)
    seal, left = hashlib.sha256(), max(0, size - _SEAL)
    while chunk := handle.read(min(left, 2**20)):
        seal.update(chunk)
        left -= len(chunk)
    if handle.read(_SEAL) != seal.hexdigest().encode():
        raise PlanFileError(f"{file}: not a plan file, or cut short or changed after it was saved; save the plan again")


def _own_version() -> str:
    try:
        return version("routebook")
    except PackageNotFoundError:
        return ""
