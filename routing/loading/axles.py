"""What is aboard on every leg, where its centre of gravity lies, and what each axle carries. For people, not judges.

Kilograms and metres; a leg runs from stop to stop, the first from the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.loading.manifest import pieces_of
from routing.model import LoadPlan, LoadUnit, Order, Shipment

if TYPE_CHECKING:
    import pandas as pd


def leg_loads(load: LoadPlan, goods: Sequence[Order] | Sequence[LoadUnit],
              shipments: Iterable[Shipment] = ()) -> pd.DataFrame:
    """Return mass, centre of gravity and axle loads of a loaded vehicle on every leg.

    Parameters
    ----------
    load : LoadPlan
        Where everything stands.
    goods : sequence of Order or of LoadUnit
        Its orders in the order they are visited, or load units without orders.
    shipments : iterable of Shipment
        Which orders are ends of the same goods.

    Returns
    -------
    DataFrame
        One row a leg: ``leg`` from 1, ``after`` (id of the stop that it follows, empty at the start), ``pieces``,
        ``mass_kg``, ``centre_x_m`` from the front wall, ``centre_y_m`` from the left wall, ``centre_z_m`` from the
        floor (NaN if nothing is aboard), and for each axle ``<name>_kg`` with the vehicle's own mass.
    """
    import pandas as pd

    spans = {(p.order, p.unit.id, p.number): (p.on, p.off, p.unit.weight_kg) for p in pieces_of(goods, shipments)}
    placed = [p for p in load.placements if p.piece in spans]
    table = np.array([(*spans[p.piece], *(np.array(p.corner_mm) + np.array(p.size_mm) / 2)) for p in placed])
    on, off, weights, *centres = table.reshape(-1, 6).T
    rows: list[dict[str, Any]] = []
    for leg, stop in enumerate(["", *load.stops]):
        aboard = (on <= leg) & (off > leg)
        mass_kg = float(weights[aboard].sum())
        centre_m = [float(weights[aboard] @ axis[aboard]) / mass_kg / 1000 if mass_kg else np.nan for axis in centres]
        row = {"leg": leg + 1, "after": stop, "pieces": int(aboard.sum()), "mass_kg": mass_kg,
               "centre_x_m": centre_m[0], "centre_y_m": centre_m[1], "centre_z_m": centre_m[2]}
        if load.space.axles:
            front, rear = load.space.axles
            share = (centre_m[0] - front.position_m) / (rear.position_m - front.position_m) if mass_kg else 0.0
            row |= {f"{front.name}_kg": front.tare_kg + (1 - share) * mass_kg,
                    f"{rear.name}_kg": rear.tare_kg + share * mass_kg}
        rows.append(row)
    return pd.DataFrame(rows)
