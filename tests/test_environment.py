"""The three lists of dependencies agree: pyproject.toml, environment.yml (conda-forge) and requirements.lock."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

TOP = Path(__file__).parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Where conda-forge has another name for what PyPI calls so.
CONDA_NAMES = {"ortools": "ortools-python", "osmium": "pyosmium"}


def _conda_dependencies():
    text = (TOP / "environment.yml").read_text(encoding="utf-8").split("dependencies:\n")[1]
    return [Requirement(line.removeprefix("  - ")) for line in text.splitlines()]


def _declared(*extras):
    lists = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return [r for listed in lists for r in map(Requirement, listed) if r.name != PROJECT["name"]]


def _pins():
    pins = {}
    for line in (TOP / "requirements.lock").read_text(encoding="utf-8").splitlines():
        requirement = Requirement(line)
        (exact,) = requirement.specifier
        assert exact.operator == "=="
        pins.setdefault(canonicalize_name(requirement.name), []).append(Version(exact.version))
    return pins


def test_conda_lists_what_pyproject_lists():
    """environment.yml holds Python, pip, the base dependencies and the extra `notebooks`, with the same bounds."""
    expected = {CONDA_NAMES.get(r.name, r.name): r.specifier for r in _declared("notebooks")}
    expected["python"] = Requirement(f"python{PROJECT['requires-python']}").specifier
    expected["pip"] = Requirement("pip").specifier

    assert {r.name: r.specifier for r in _conda_dependencies()} == expected


@pytest.mark.parametrize("requirement", _declared(*PROJECT["optional-dependencies"]), ids=lambda r: r.name)
def test_lock_satisfies_pyproject(requirement):
    """Every dependency of every extra is pinned, to versions inside its bounds."""
    versions = _pins().get(canonicalize_name(requirement.name), [])

    assert versions
    assert all(requirement.specifier.contains(version) for version in versions)


def test_lock_names_no_registry():
    """A pin is a name, a version and a marker; where it is fetched from is the reader's business."""
    text = (TOP / "requirements.lock").read_text(encoding="utf-8")

    assert not re.search(r"://|^-|@ ", text, re.MULTILINE)
