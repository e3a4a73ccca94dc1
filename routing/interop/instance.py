"""Read a published instance of whichever format its file has."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from gisdata.errors import InputFileError
from routing.interop.cordeau import read_cordeau
from routing.interop.hvrp import COMMENT, read_hvrp
from routing.interop.instance_text import InstanceText
from routing.interop.li_lim import read_li_lim
from routing.interop.solomon import read_solomon
from routing.interop.vrplib import read_vrplib
from routing.model import Problem

READERS: dict[str, Callable[..., Problem]] = {
    "vrplib": read_vrplib, "solomon": read_solomon, "li_lim": read_li_lim, "cordeau": read_cordeau,
    "hvrp": read_hvrp,
}
_VRPLIB = re.compile(r"^\s*(DIMENSION\s*:|NODE_COORD_SECTION|EDGE_WEIGHT_SECTION|DEMAND_SECTION)", re.MULTILINE)
_SOLOMON = re.compile(r"^\s*(VEHICLE|CUSTOMER)\s*$", re.MULTILINE)

_BY_FIRST_LINE = {3: "li_lim", 4: "cordeau"}


def read_instance(path: str | os.PathLike[str], *, rounding: str | None = None) -> Problem:
    """Read a published instance; its format is recognised by what stands in the file.

    Parameters
    ----------
    path : path-like
        A file as `read_vrplib`, `read_solomon`, `read_li_lim`, `read_cordeau` or `read_hvrp` read it.
    rounding : str, optional
        How distances and times become whole numbers, see `read_vrplib`. By default as the reader of the format does.

    Returns
    -------
    Problem
        To solve and to judge by.

    Raises
    ------
    InputFileError
        If the format is not recognised, or with every fault of the file.
    UnsupportedRuleError
        If the file asks for what cannot be planned.
    UnknownNameError
        If there is no such rounding.
    """
    reader = READERS[format_of(path)]
    return reader(path) if rounding is None else reader(path, rounding=rounding)


def format_of(path: str | os.PathLike[str]) -> str:
    """Return which of `READERS` can read a file.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    str
        Name of the format.

    Raises
    ------
    InputFileError
        If it is none of them.
    """
    text = InstanceText.opened(path)
    if _VRPLIB.search(text.text):
        return "vrplib"
    if _SOLOMON.search(text.text):
        return "solomon"
    if text.text.lstrip().startswith(COMMENT):
        return "hvrp"
    first = next(text.lines(), None)
    if first and len(first.words) in _BY_FIRST_LINE and all(word.isdecimal() for word in first.words):
        return _BY_FIRST_LINE[len(first.words)]
    raise InputFileError(f"{text.path}: this is no instance of a known format ({', '.join(READERS)}). "
                         "Call the reader of its format to be told what is missing.")
