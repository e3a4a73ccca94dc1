"""Solvers that are no engine of the package: `solve(problem, seconds, seed)` gives sequences (vehicle type, order ids).

A module has `PACKAGE`, what pip calls it, and `refuses(problem)`, why it cannot solve a problem, empty if it can.
Nothing that they return is believed: the harness times, prices and judges it.
"""

from importlib import import_module

MODULES = {"vroom": "peers.vroom_peer", "hygese": "peers.hygese_peer", "commiv": "peers.commiv_peer"}


def peer_named(name):
    """Return the module of a peer; ImportError if its package is not installed."""
    return import_module(MODULES[name])
