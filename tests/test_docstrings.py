"""Every public name is documented in numpydoc form: summary, every parameter with its meaning, what is returned."""

import inspect
import tomllib
from pathlib import Path

import pytest
from numpydoc.validate import validate

import gisdata
import routing

SETTINGS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
CHECKS = set(SETTINGS["numpydoc_validation"]["checks"])


def _documented():
    """Dotted names of all public functions and classes, and of the methods that the classes define."""
    for package in (gisdata, routing):
        for name in package.__all__:
            thing = getattr(package, name)
            if not (inspect.isclass(thing) or inspect.isfunction(thing)) or _is_plain_error(thing):
                continue
            dotted = f"{thing.__module__}.{thing.__qualname__}"
            yield dotted
            if inspect.isclass(thing):
                yield from (f"{dotted}.{method}" for method, value in vars(thing).items() if _is_public(method, value))


def _is_plain_error(thing):
    """Whether it is an error that takes what its base takes."""
    return inspect.isclass(thing) and issubclass(thing, Exception) and "__init__" not in vars(thing)


def _is_public(name, value):
    return not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, classmethod | staticmethod))


@pytest.mark.parametrize("dotted", sorted(set(_documented())))
def test_docstring_is_complete(dotted):
    """The checks are those listed in pyproject.toml."""
    errors = [(code, text) for code, text in validate(dotted)["errors"] if code in CHECKS]

    assert errors == []
