"""The public names of both packages: few, all there, quick to import, and never hidden by a module of the same name."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import gisdata
import routing

PACKAGES = [gisdata, routing]
HEAVY = {"branca", "folium", "geopandas", "matplotlib", "networkx", "openpyxl", "ortools", "osmium", "osmnx", "pyarrow",
         "pydantic", "scipy", "shapely"}


@pytest.mark.wheel
@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.__name__)
def test_every_public_name_is_there(package):
    """Each name in __all__ is a thing of the package, and none is a module."""
    things = {name: getattr(package, name) for name in package.__all__}

    assert things
    assert not [name for name, thing in things.items() if isinstance(thing, ModuleType)]
    assert len(things) <= 56


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.__name__)
def test_type_checkers_see_the_same_names(package):
    """The imports that only type checkers read, and the table of homes, name what __all__ names."""
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    imported = {alias.name: node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
                for alias in node.names if node.module.startswith(package.__name__)}
    homes = {name: module for module, names in package._HOMES.items() for name in names}

    assert set(imported) == set(package.__all__)
    assert homes.items() <= imported.items()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.__name__)
def test_import_is_light(package):
    """A fresh interpreter that imports the package has loaded nothing heavy."""
    script = f"import sys, {package.__name__}; print(' '.join({{name.split('.')[0] for name in sys.modules}}))"

    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()

    assert not HEAVY & set(loaded)


@pytest.mark.wheel
def test_importing_every_module_hides_no_name():
    """`import routing.solve` must leave `routing.solve` a function: tried in a fresh interpreter, for all modules."""
    found = [info.name for package in PACKAGES
             for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    modules = [name for name in found if not name.endswith(("__main__", "_worker"))
               and not (name.endswith(("pyvrp_model", "pyvrp_search")) and find_spec("pyvrp") is None)]
    script = (f"import importlib, types, gisdata, routing\nfor name in {modules!r}: importlib.import_module(name)\n"
              "print([n for p in (gisdata, routing) for n in p.__all__\n"
              "       if isinstance(getattr(p, n), types.ModuleType)])")

    hidden = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()

    assert len(modules) > 20
    assert hidden == "[]"


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.__name__)
def test_an_unknown_name_is_an_attribute_error(package):
    """So that hasattr and spelling mistakes behave as everywhere."""
    with pytest.raises(AttributeError, match="nonsense"):
        importlib.import_module(package.__name__).nonsense  # noqa: B018


def test_rooms_open_without_an_import_of_their_own():
    """`gisdata.quality.report` is there after `import gisdata`, in a fresh interpreter."""
    script = ("import gisdata, routing\n"
              "print(gisdata.quality.report.__name__, gisdata.codes.__name__, routing.interop.read_vroom.__name__)")

    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()

    assert shown == ["report", "gisdata.codes", "read_vroom"]
