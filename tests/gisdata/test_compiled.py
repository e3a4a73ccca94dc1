"""Kernels kept on disk."""

import os
import subprocess
import sys

import pytest

OUTER = """from gisdata.compiled import kernel
from town.inner import twice

@kernel
def answer(x):
    return twice(x) + 1

print(answer(20), sum(answer.stats.cache_hits.values()))
"""
INNER = """from gisdata.compiled import once

@once
def twice(x):
    return x * {factor}
"""


@pytest.fixture
def ask(tmp_path):
    """Write a kernel that builds in a function of another module, call it in a new process, return what it prints."""
    package = tmp_path / "town"
    package.mkdir()
    for name, text in (("__init__", ""), ("outer", OUTER)):
        (package / f"{name}.py").write_text(text, encoding="utf-8")

    def ask(factor):
        text = INNER.format(factor=factor)
        inner = package / "inner.py"
        if not inner.exists() or inner.read_text(encoding="utf-8") != text:
            inner.write_text(text, encoding="utf-8")
        roots = [str(tmp_path), *filter(None, sys.path)]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(roots), "NUMBA_CACHE_DIR": str(tmp_path / "kept")}
        done = subprocess.run(
            [sys.executable, "-m", "town.outer"], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return [int(word) for word in done.stdout.split()]

    return ask


def test_a_kernel_is_compiled_anew_when_what_it_builds_in_changes(ask):
    assert ask(2) == [41, 0]
    assert ask(2) == [41, 1], "an unchanged kernel is taken from where it is kept"
    assert ask(30) == [601, 0]
