"""A network saved is the same network loaded; a changed, cut or foreign file is refused in one sentence."""

import dataclasses
import io
import json
import zipfile

import numpy as np
import pytest
import shapely

from gisdata import InputFileError
from gisdata.network import load_roads, many_to_many, save_roads, snap
from gisdata.network.topology import topology


@pytest.fixture
def saved(street_grid, tmp_path):
    """A roads file under a name with blanks and Chinese characters."""
    return save_roads(street_grid, tmp_path / "my roads 路网" / "grid.roads")


def rewritten(path, change):
    """Write the archive anew with `change(members)` applied, keeping it a sound zip file."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_load_gives_back_what_was_saved(saved, street_grid):
    """Frames, lines, origin and digest."""
    loaded = load_roads(saved)

    assert loaded.digest == street_grid.digest
    assert loaded.edges.equals(street_grid.edges[loaded.edges.columns])
    assert loaded.nodes.equals(street_grid.nodes[loaded.nodes.columns])
    assert all(a.equals_exact(b) for a, b in zip(loaded.geometry, street_grid.geometry, strict=True))
    assert dict(loaded.meta) == dict(street_grid.meta)
    assert (topology(loaded).twin == topology(street_grid).twin).all()


def test_a_loaded_network_answers_the_same(saved, street_grid):
    """Times and distances from the file's own topology."""
    lon, lat = street_grid.nodes["lon"].to_numpy() + 1e-4, street_grid.nodes["lat"].to_numpy()

    answers = [many_to_many(town, "truck", at, at) for town in (street_grid, load_roads(saved))
               for at in [snap(town, lon, lat, "truck")]]

    assert (answers[0][0] == answers[1][0]).all()
    assert (answers[0][1] == answers[1][1]).all()


def test_the_same_network_gives_the_same_bytes(saved, street_grid, tmp_path):
    """No date and no chance in the file, so two people can compare theirs."""
    again = save_roads(load_roads(saved), tmp_path / "again.roads")

    assert again.read_bytes() == saved.read_bytes()


def test_a_folder_gets_a_file_named_after_the_network(street_grid, tmp_path):
    """The name is made safe first."""
    assert save_roads(street_grid, tmp_path).name == "Grid town.roads"


def test_the_file_is_geoparquet_that_others_can_read(saved):
    """GeoPandas reads the members by itself, lines and reference system included."""
    geopandas = pytest.importorskip("geopandas")
    with zipfile.ZipFile(saved) as archive:
        edges = geopandas.read_parquet(io.BytesIO(archive.read("edges.parquet")))

    assert edges.crs == "EPSG:4326"
    assert set(edges.geom_type) == {"LineString"}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(saved, share):
    """At any place."""
    whole = saved.read_bytes()
    saved.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(InputFileError, match="not a roads file, or damaged"):
        load_roads(saved)


def test_any_flipped_byte_of_a_member_is_noticed(saved):
    """Every member in turn; zip's own sum or the content hash sees it."""
    whole = saved.read_bytes()
    with zipfile.ZipFile(saved) as archive:
        middles = [info.header_offset + 60 + info.file_size // 2 for info in archive.infolist()]

    for at in middles:
        saved.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(InputFileError):
            load_roads(saved)


def test_a_member_swapped_for_another_is_refused(saved):
    """The zip file is sound, the content hash is not."""
    def change(members):
        members["edges.parquet"] = members["nodes.parquet"]

    with pytest.raises(InputFileError, match=r"edges.parquet was changed after the file was made"):
        load_roads(rewritten(saved, change))


def test_a_missing_member_is_named(saved):
    """A file repacked in part."""
    with pytest.raises(InputFileError, match=r"lacks topology.npz"):
        load_roads(rewritten(saved, lambda members: members.pop("topology.npz")))


def test_a_later_version_says_to_update(saved):
    """Version 99 of the format."""
    def change(members):
        manifest = json.loads(members["manifest.json"])
        members["manifest.json"] = json.dumps(manifest | {"version": 99}).encode()

    with pytest.raises(InputFileError, match="version 99"):
        load_roads(rewritten(saved, change))


def forged(members, name, data):
    """Replace a member and its hash, as somebody with intent would."""
    import hashlib

    manifest = json.loads(members["manifest.json"])
    manifest["sha256"][name] = hashlib.sha256(data).hexdigest()
    members |= {name: data, "manifest.json": json.dumps(manifest).encode()}


def packed(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def test_a_pickle_inside_is_never_opened(saved, tmp_path):
    """An object array with a payload, its hash forged: refused, and the payload has not run."""
    class Payload:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    data = packed(first=np.array([Payload()], dtype=object), edge=np.zeros(1), twin=np.zeros(1))

    with pytest.raises(InputFileError, match="no usable road network"):
        load_roads(rewritten(saved, lambda members: forged(members, "topology.npz", data)))
    assert not (tmp_path / "ran").exists()


def test_a_forged_topology_is_refused(saved, street_grid):
    """Twins that are no twins would send vehicles over the wrong edges."""
    known = topology(street_grid)
    data = packed(first=known.first, edge=known.edge, twin=np.roll(known.twin, 1))

    with pytest.raises(InputFileError, match="does not belong"):
        load_roads(rewritten(saved, lambda members: forged(members, "topology.npz", data)))


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x05\x06" + bytes(18), b"\x00" * 1000])
def test_other_files_are_refused(tmp_path, content):
    """Empty, text, an empty zip archive, zeros."""
    path = tmp_path / "no.roads"
    path.write_bytes(content)

    with pytest.raises(InputFileError, match="not a roads file"):
        load_roads(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    """The two slips of every command line."""
    with pytest.raises(InputFileError, match="no such file"):
        load_roads(tmp_path / "none.roads")
    with pytest.raises(InputFileError, match=r"is it a folder|not a roads file"):
        load_roads(tmp_path)


def test_a_failed_save_leaves_the_old_file(saved, street_grid, monkeypatch):
    """The disk is full while the archive is written."""
    before = saved.read_bytes()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space"):
        save_roads(street_grid, saved)

    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_part_has_the_topology_that_is_worked_out_for_it(monaco_roads, share):
    """Taken from the whole when it is clipped, and saved with it: as if the part had been read by itself."""
    west, south, east, north = shapely.total_bounds(monaco_roads.geometry)
    topology(monaco_roads)
    part = monaco_roads.clip(west + share * (east - west), south, east, north)
    assert 0 < len(part.edges) < len(monaco_roads.edges)

    taken, made = topology(part), topology(dataclasses.replace(part))

    for name in ("first", "edge", "twin"):
        assert np.array_equal(getattr(taken, name), getattr(made, name))
