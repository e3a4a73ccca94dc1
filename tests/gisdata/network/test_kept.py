"""Tables in the cache folder: by content, mapped, whole or not there, within bounds."""

import os

import numpy as np
import pytest

from gisdata.network import kept
from gisdata.network.kept import kept_table


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ROUTEBOOK_CACHE", str(tmp_path / "缓存 cache"))
    return tmp_path / "缓存 cache" / "tables"


@pytest.fixture
def make():
    """Make a table of one number, and count how often."""

    def made(number):
        made.calls += 1
        return np.full((2, 3), number, dtype=np.int64)

    made.calls = 0
    return made


def test_a_table_is_made_once_and_then_mapped(make):
    """By content: the same parts, cut otherwise, are others."""
    first = kept_table([b"ab", b"c"], (2, 3), lambda: make(1))
    again = kept_table([b"ab", b"c"], (2, 3), lambda: make(2))
    other = kept_table([b"a", b"bc"], (2, 3), lambda: make(3))

    assert (make.calls, first.tolist(), again.tolist()) == (2, [[1] * 3] * 2, [[1] * 3] * 2)
    assert other[0, 0] == 3
    assert isinstance(again, np.memmap)
    assert not (first.flags.writeable)
    assert not (again.flags.writeable)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"no table"])
def test_a_damaged_file_is_made_anew(folder, make, content):
    """As is one of another shape."""
    kept_table([b"a"], (2, 3), lambda: make(1))
    (file,) = folder.iterdir()
    file.write_bytes(content)

    assert kept_table([b"a"], (2, 3), lambda: make(2))[0, 0] == 2
    assert kept_table([b"a"], (2, 3), lambda: make(3))[0, 0] == 2


def test_tables_used_longest_ago_make_room(folder, make, monkeypatch):
    """Room for two: the one read again stays, that of before goes; one that is larger than all is not kept."""
    monkeypatch.setattr(kept, "MOST_BYTES", 390)
    for age, name in ((30, b"a"), (20, b"b")):
        before = {*folder.glob("*")}
        kept_table([name], (2, 3), lambda: make(1))
        (file,) = {*folder.glob("*")} - before
        os.utime(file, (age, age))
    kept_table([b"a"], (2, 3), lambda: make(2))  # used just now

    kept_table([b"c"], (2, 3), lambda: make(3))
    kept_table([b"large"], (60,), lambda: np.zeros(60, dtype=np.int64))

    assert len([*folder.glob("*")]) == 2
    assert kept_table([b"a"], (2, 3), lambda: make(4))[0, 0] == 1
    assert kept_table([b"b"], (2, 3), lambda: make(5))[0, 0] == 5


def test_without_a_folder_to_write_to_it_is_made(monkeypatch, make):
    """The disk is full: no fault, and nothing half-written."""
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "whole_file", full)

    assert kept_table([b"a"], (2, 3), lambda: make(7))[0, 0] == 7
