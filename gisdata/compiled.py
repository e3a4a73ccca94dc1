"""Compile kernels: one decorator, kept on disk for the next process, and one line to who waits for the first time.

A kernel is kept beside its module, or where that folder cannot be written to in the user's cache folder (Numba's own
rule; `NUMBA_CACHE_DIR` overrules both). Where no folder can be written to it is compiled anew in every process.
"""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import logging
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
    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder to keep it in
        compiled = numba.njit(nogil=True)(function)
    return cast("Kernel", compiled)


class _SayOnce(Listener):
    """Say that kernels are being compiled, when the first one is."""

    def on_start(self, event: Event) -> None:
        """Log one line for the first kernel of these packages that no cache holds."""
        module = event.data["dispatcher"].py_func.__module__ or ""
        if module.split(".")[0] in _PACKAGES:
            unregister("numba:compile", self)
            _log.warning("compiling kernels for this machine: once, some twenty seconds")

    def on_end(self, event: Event) -> None:
        """Do nothing."""


register("numba:compile", _SayOnce())
