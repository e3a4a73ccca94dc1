"""A problem in whole numbers, and the way back: solver routes become order ids, and ids routes. Knows no solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.engines import Initial

DELIVERY, PICKUP, PICKED, BROUGHT = range(4)
MILLION = 1_000_000
"""Roles of an order: plain delivery, plain pickup, pickup of a shipment, delivery of a shipment."""


@dataclass(frozen=True, slots=True, eq=False)
class EncodedProblem:
    """A problem in whole numbers.

    Parameters
    ----------
    order_ids : tuple of str
        The m orders that some vehicle type might serve, in the order in which they enter the model.
    type_ids : tuple of str
        The vehicle types of which there is one.
    cost_scale : float
        Units of cost in one unit of currency.
    arrays : dict of str to ndarray of int64
        See `routing.engines.encode.encode`.
    """

    order_ids: tuple[str, ...]
    type_ids: tuple[str, ...]
    cost_scale: float
    arrays: dict[str, NDArray[np.int64]]

    def cost(self, objective: int, unserved_mandatory: int = 0) -> float:
        """Return a solver's objective in the currency, without what it pays for unserved mandatory orders.

        Parameters
        ----------
        objective : int
            In units of cost.
        unserved_mandatory : int
            How many orders without a penalty of their own are unserved.

        Returns
        -------
        float
            Costs of routes and penalties of unserved optional orders.
        """
        return (objective - unserved_mandatory * int(self.arrays["mandatory_penalty"][0])) / self.cost_scale

    def unserved_mandatory(self, routes: NDArray[np.int64]) -> int:
        """Return how many orders without a penalty of their own no route visits.

        Parameters
        ----------
        routes : ndarray of int
            As for `sequences`.

        Returns
        -------
        int
            A count.
        """
        served = {order for _, orders in self.sequences(routes) for order in orders}
        mandatory = zip(self.order_ids, self.arrays["mandatory"].tolist(), strict=True)
        return sum(must and order not in served for order, must in mandatory)

    def routes(self, sequences: Initial) -> NDArray[np.int64]:
        """Return sequences of ids as routes, as far as they name what there is.

        Parameters
        ----------
        sequences : sequence of (str, sequence of str)
            Vehicle type and orders of each route.

        Returns
        -------
        ndarray of int
            As for `sequences`; each order once, and of each vehicle type no more routes than it has vehicles.
        """
        kinds, numbers = ({name: i for i, name in enumerate(ids)} for ids in (self.type_ids, self.order_ids))
        spare, seen, flat = self.arrays["count"].tolist(), set(), []
        for name, ids in sequences:
            kind = kinds.get(name)
            if kind is None or not spare[kind]:
                continue
            orders = [i for order in ids if (i := numbers.get(order)) is not None and i not in seen]
            orders = list(dict.fromkeys(orders))
            if orders:
                spare[kind] -= 1
                seen.update(orders)
                flat += [kind, len(orders), *orders]
        return np.array(flat, dtype=np.int64)

    def sequences(self, routes: NDArray[np.int64]) -> list[tuple[str, list[str]]]:
        """Return routes as ids.

        Parameters
        ----------
        routes : ndarray of int
            For each route: vehicle type, number of visits, then the orders visited (0 to m - 1); all in one row.

        Returns
        -------
        list of (str, list of str)
            Vehicle type and orders of each route.
        """
        decoded, rest = [], routes.tolist()
        while rest:
            kind, visits = rest[0], rest[1]
            decoded.append((self.type_ids[kind], [self.order_ids[i] for i in rest[2 : 2 + visits]]))
            rest = rest[2 + visits :]
        return decoded
