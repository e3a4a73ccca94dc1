"""Programs of siting with capacities, as arrays: which sites are open, and how much of each place each serves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from routing.siting.mip import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Side = float | NDArray[np.float64]
    Block = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], int, Side, Side]


@dataclass(frozen=True, slots=True)
class Charged:
    """What is to be located: `cost` of serving places whole, `fixed` costs, capacities, and limits on the choice.

    Parameters
    ----------
    cost : ndarray of float, shape (places, sites)
        Infinite where that may not be.
    demand : ndarray of float, shape (places,)
        Units of each place.
    fixed, capacity, spending : ndarray of float, shape (sites,)
        Of an open site; spending counts against the budget.
    kept : ndarray of bool, shape (sites,)
        Sites that are open in any case.
    budget : float
        Most spending; infinite: any.
    fewest, most : int
        How many sites may be open.
    whole : bool
        Whether each place is served by one site.
    """

    cost: NDArray[np.float64]
    demand: NDArray[np.float64]
    fixed: NDArray[np.float64]
    capacity: NDArray[np.float64]
    spending: NDArray[np.float64]
    kept: NDArray[np.bool_]
    budget: float
    fewest: int
    most: int
    whole: bool


def charged_program(task: Charged, pairs: NDArray[np.bool_], low: NDArray[np.bool_], high: NDArray[np.bool_], *,
                    tight: bool = True) -> Program:
    """Return the program in which only some pairs of place and site may be used: sites first, then the pairs.

    Parameters
    ----------
    task : Charged
        What is to be located.
    pairs : ndarray of bool, shape (places, sites)
        Pairs that may be used.
    low, high : ndarray of bool, shape (sites,)
        Sites that must be open, and that may be.
    tight : bool
        Whether each pair has a row of its own (open before used), which bounds better and takes longer; without, the
        rows of capacity alone say so.

    Returns
    -------
    Program
        Whose solutions are those of the task within these pairs and sites.
    """
    places, sites = task.cost.shape
    place, site = np.nonzero(pairs)
    count, pair, every = len(place), np.arange(len(place)), np.arange(sites)
    room = np.where(np.isfinite(task.capacity), task.capacity, task.demand.sum())
    blocks: list[Block] = [
        (place, sites + pair, np.ones(count), places, 1.0, 1.0),  # every place is served
        (site, sites + pair, task.demand[place], sites, -math.inf, 0.0),  # by open sites, within their capacity
        (every, every, -room, 0, 0.0, 0.0),
        (0 * every, every, np.ones(sites), 1, task.fewest, task.most),
        (0 * every, every, task.spending, 1, -math.inf, task.budget),
        (0 * every, every, room, 1, task.demand.sum(), math.inf),
    ]
    if tight:
        blocks += [(pair, sites + pair, np.ones(count), count, -math.inf, 0.0),
                   (pair, site, -np.ones(count), 0, 0.0, 0.0)]
    elif (task.demand <= 0).any():
        free = task.demand[place] <= 0
        line = np.cumsum(free)[free] - 1
        blocks += [(line, sites + pair[free], np.ones(len(line)), len(line), -math.inf, 0.0),
                   (line, site[free], -np.ones(len(line)), 0, 0.0, 0.0)]
    matrix, least, most = stacked(blocks, sites + count)
    return Program(
        np.concatenate([task.fixed, task.cost[place, site]]), np.concatenate([low.astype(float), np.zeros(count)]),
        np.concatenate([high.astype(float), np.ones(count)]),
        np.concatenate([np.ones(sites, dtype=bool), np.full(count, task.whole)]), matrix, least, most)


def stacked(blocks: list[Block], columns: int) -> tuple[csr_matrix, NDArray[np.float64], NDArray[np.float64]]:
    """Return rows one block below another; one of no height continues the block before.

    Parameters
    ----------
    blocks : list of tuple
        Row within the block, column and value of each entry; how many rows there are, and their sides.
    columns : int
        Of all rows.

    Returns
    -------
    tuple of csr_matrix, ndarray, ndarray
        Coefficients and sides, as `Program` takes them.
    """
    row, column, value, least, most = [], [], [], [], []
    height = first = 0
    for line, at, number, lines, low, high in blocks:
        first = height if lines else first
        row.append(first + line)
        column.append(at)
        value.append(number)
        least.append(np.full(lines, low))
        most.append(np.full(lines, high))
        height += lines
    entries = np.concatenate(value), (np.concatenate(row), np.concatenate(column))
    return csr_matrix(entries, shape=(height, columns)), np.concatenate(least), np.concatenate(most)
