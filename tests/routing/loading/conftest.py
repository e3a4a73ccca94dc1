"""What tests of loading share: published routes."""

import importlib
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[3]


@pytest.fixture
def published(monkeypatch):
    """The four routes of instance E016-03m as published, with all rules; see tests/data/README."""
    monkeypatch.setattr(sys, "path", [str(TOP / "benchmarks"), *sys.path])
    return importlib.import_module("route3l_cases").published_routes(TOP / "tests/data/3l-cvrp", "all-constraints")
