"""Compile kernels: a few decorators, kept on disk for the next process, and one line to who waits for the first time.

`kernel` is for kernels called from Python. A search made of many functions compiles in less time, and runs in less,
with the others: outer ones are called from Python, inner ones only by them, so that they get no entry from Python, and
those with one caller are built into it. Counting references to arrays would take most of such a search's time, so it is
off there: only a `kernel` may make arrays.

A kernel is kept beside its module, or where that folder cannot be written to in the user's cache folder (Numba's own
rule; `NUMBA_CACHE_DIR` overrules both). Where no folder can be written to it is compiled anew in every process.
Numba compiles anew what changed in a module, but does not see that a function changed which another module builds in;
so a kernel is compiled anew as soon as any module beside it, or in the folder above, is another.
"""

# mypy: disable-error-code="no-untyped-call, no-untyped-def, call-overload"
# ruff: noqa: FURB136 (compiled, the builtins cost seconds)

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba
from numba.core.event import Event, Listener, register, unregister

if TYPE_CHECKING:
    from collections.abc import Callable

    Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_PACKAGES = ("gisdata", "routing")
_log = logging.getLogger(__name__)


def kernel(function: Kernel) -> Kernel:
    """Return a function compiled at its first call, which lets other threads run meanwhile.

    Parameters
    ----------
    function : callable
        Plain loops over arrays. Whatever sorts, searches or joins arrays for it is compiled too, and takes seconds.

    Returns
    -------
    callable
        Of the same signature.
    """
    return cast("Kernel", _kept()(function))


def _kept(**options: Any) -> Callable[[Callable[..., Any]], Any]:  # noqa: ANN401 (of Numba)
    """Return a decorator that compiles, and keeps what is compiled if there is a folder to keep it in."""

    def decorate(function: Callable[..., Any]) -> Any:  # noqa: ANN401 (of Numba)
        try:
            compiled = numba.njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:
            return numba.njit(nogil=True, **options)(function)
        kept = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
        if kept is not None:
            kept._source_stamp = _stamp(Path(function.__code__.co_filename).parent)  # noqa: SLF001 (no public name)
        return compiled

    return decorate


@cache
def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells the state of the modules in a folder and the one above: names, sizes and times of change."""
    files = sorted([*folder.glob("*.py"), *folder.parent.glob("*.py")])
    return tuple((file.name, (seen := file.stat()).st_size, seen.st_mtime_ns) for file in files)


_WITHIN = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
outer = _kept(_nrt=False, no_cfunc_wrapper=True)
inner = _kept(_nrt=False, **_WITHIN)
merged = _kept(_nrt=False, forceinline=True, **_WITHIN)
once = _kept(_nrt=False, inline="always")


@merged
def larger(one, other):  # noqa: ANN001, ANN201
    """Return the larger of two numbers."""
    return one if one > other else other


@merged
def smaller(one, other):  # noqa: ANN001, ANN201
    """Return the smaller of two numbers."""
    return one if one < other else other


class _SayOnce(Listener):
    """Say that kernels are being compiled, when the first one is."""

    def on_start(self, event: Event) -> None:
        """Log one line for the first kernel of these packages that no cache holds."""
        module = event.data["dispatcher"].py_func.__module__ or ""
        if module.split(".")[0] in _PACKAGES:
            unregister("numba:compile", self)
            _log.warning("compiling kernels for this machine: once, up to a minute")

    def on_end(self, event: Event) -> None:
        """Do nothing."""


register("numba:compile", _SayOnce())
