"""Batches whose worker only looks like one, and in which things go wrong; see `faulty_worker`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import routing
from routing.batch import station

HERE = Path(__file__).parent


@pytest.fixture
def faulty(tmp_path, monkeypatch):
    """Let batches of this process use the worker in which things go wrong."""
    top = HERE.parents[2]
    path = [str(HERE), *([str(top)] if (top / "routing").is_dir() else []), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    monkeypatch.setenv("FAULTS", str(tmp_path / "faults"))
    monkeypatch.setattr(station, "MODULE", "faulty_worker")
    monkeypatch.setattr(station, "WARM_UP_S", 0.0)
    (tmp_path / "faults").mkdir()


@pytest.fixture
def manifest(tmp_path):
    """Write a manifest of problems by name; each has a file of its own content."""

    def write(*names):
        rows = []
        for name in names:
            (tmp_path / f"{name}.txt").write_text(name, encoding="utf-8")
            rows.append(f'[[problem]]\nname = "{name}"\nproblem = "{name}.txt"\n')
        file = tmp_path / "night.toml"
        file.write_text("\n".join(rows), encoding="utf-8")
        return file

    return write


@pytest.fixture
def small_batch(faulty, manifest):
    """Run a batch with one worker in this process."""

    def run(out, *names, **options):
        return routing.batch(manifest(*names), out, workers=1, timeout_s=60, progress=False, **options)

    return run


@pytest.fixture
def start_night(faulty, manifest):
    """Start a batch in a process of its own."""
    started = []

    def start(out, *names):
        started.append(subprocess.Popen([sys.executable, HERE / "night.py", manifest(*names), out],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
