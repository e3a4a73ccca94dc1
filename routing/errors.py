"""Errors of routing: one root, and every leaf is also a builtin error."""

from __future__ import annotations


class RoutingError(Exception):
    """Root of every error that routing raises on purpose."""


class ProblemError(RoutingError, ValueError):
    """Orders, depots, vehicles or matrices contradict themselves or each other."""


class UnsupportedRuleError(RoutingError, NotImplementedError):
    """No engine, or not the one asked for, knows a rule of the problem."""


class EngineError(RoutingError, RuntimeError):
    """An engine failed or died; the caller's process is unharmed."""


class PlanFileError(RoutingError, OSError):
    """A plan file is damaged, was changed, or is of a version that cannot be read."""


class NoPlanError(RoutingError, TimeoutError):
    """The limits ran out before any plan was found."""


class ReplayError(RoutingError, ValueError):
    """A plan cannot be made again as it was: an input or a version is another, or its search was not counted."""


class MissingEngineError(RoutingError, ImportError):
    """The package behind an optional engine is not installed."""


class InfeasibleSitingError(RoutingError, ValueError):
    """No choice of sites serves all demand under what was asked.

    Parameters
    ----------
    message : str
        What is missing, and what to do.
    unreached : tuple of str
        Places of demand that must be left.
    missing : float
        Amount of demand for which capacity is missing.

    Attributes
    ----------
    unreached, missing
        As above.
    """

    def __init__(self, message: str, unreached: tuple[str, ...] = (), missing: float = 0.0) -> None:
        super().__init__(message)
        self.unreached, self.missing = unreached, missing
