"""Files are whole or not there, and names from outside stay inside their folder."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisdata.files import held_alone, safe_name, whole_file, whole_folder

NAMES = st.text(st.sampled_from("/\\:*?<>|.. \x00CONaux1省é"), max_size=30) | st.text(max_size=100)


class BrokenError(Exception):
    """What goes wrong while writing."""


def half_written(temporary):
    temporary.write_text("half", encoding="utf-8")
    raise BrokenError


def test_finished_file_replaces_the_old_one(tmp_path):
    """Nothing else is left in the folder."""
    path = tmp_path / "文件 1.txt"
    path.write_text("old", encoding="utf-8")

    with whole_file(path) as temporary:
        temporary.write_text("new", encoding="utf-8")

    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [("文件 1.txt", "new")]


def test_broken_file_leaves_the_old_one(tmp_path):
    """And no temporary one."""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    with pytest.raises(BrokenError), whole_file(path) as temporary:
        half_written(temporary)

    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [("a.txt", "old")]


def test_file_open_elsewhere_is_said_to_be(tmp_path, monkeypatch):
    """Windows refuses to replace a workbook that Excel has open; the dispatcher is told what to do."""
    def refuse(self, target):
        raise PermissionError(13, "Access is denied", str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    path = tmp_path / "tables.xlsx"

    with pytest.raises(PermissionError, match=r"open in another program.*tables\.xlsx"), whole_file(path) as temporary:
        temporary.write_text("new", encoding="utf-8")


def test_finished_folder_keeps_files_of_other_names(tmp_path):
    """New ones replace old ones of the same name."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    (folder / "a.txt").write_text("old", encoding="utf-8")

    with whole_folder(folder) as temporary:
        for name in ("a.txt", "b.txt"):
            (temporary / name).write_text("new", encoding="utf-8")

    assert {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()} == {
        "mine.txt": "mine", "a.txt": "new", "b.txt": "new"}
    assert list(tmp_path.iterdir()) == [folder]


def test_broken_folder_is_not_there(tmp_path):
    """Not even an empty one."""
    with pytest.raises(BrokenError), whole_folder(tmp_path / "out") as temporary:
        half_written(temporary / "a.txt")

    assert list(tmp_path.iterdir()) == []


@given(NAMES)
def test_safe_name_is_one_part_of_a_path(text):
    """Whatever the text, the file lies directly in the folder, and its name fits any file system."""
    folder = Path("out").absolute()
    name = safe_name(text)

    assert (folder / name).parent == folder
    assert not set(name) & set('/\\:*?"<>|\x00')
    assert 0 < len(name.encode()) <= 81
    assert not name.endswith((".", " "))
    assert name.split(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


def test_a_lock_is_held_by_one_process_and_free_when_it_dies(tmp_path):
    """Another waits, and says who has it; a process that is killed holds it no longer."""
    hold = ("import sys; from gisdata.files import held_alone\n"
            "with held_alone(sys.argv[1], 0): print('held', flush=True); sys.stdin.read()")
    lock = tmp_path / "a.lock"
    with subprocess.Popen([sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(TimeoutError, match=r"a\.lock: it is held by another process"), held_alone(lock, 0):
            pass
        other.kill()
        other.wait()

        with held_alone(lock, 0):
            assert other.returncode != 0
