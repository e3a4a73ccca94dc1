"""Move a whole load towards the rear, so that both axles carry what they may on every leg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from routing.loading.manifest import Manifest
    from routing.model import Axle


def balanced(goods: Manifest, corners: NDArray[np.int64], axles: Sequence[Axle]) -> NDArray[np.int64]:
    """Return a load moved as little as puts both axles right on every leg; as it is where no move does.

    Parameters
    ----------
    goods : Manifest
        Its pieces.
    corners : ndarray of int64, shape (n, 2, 3)
        Where they stand, mm within the room.
    axles : sequence of Axle
        Two, or none.

    Returns
    -------
    ndarray of int64, shape (n, 2, 3)
        The same load, further back or not.
    """
    room = goods.room.size_mm[0] - int(corners[:, 1, 0].max(initial=0))
    if len(axles) != 2 or room <= 0:
        return corners
    least, most = 0.0, float(room)
    front, rear = axles
    middle_m = (corners[:, 0, 0] + corners[:, 1, 0]) / 2000 + goods.room.corner_mm[0] / 1000
    for leg in range(int(goods.spans.max(initial=0))):
        aboard = (goods.spans[:, 0] <= leg) & (goods.spans[:, 1] > leg)
        mass_kg = float(goods.weights_kg[aboard].sum())
        if not mass_kg:
            continue
        centre_m = float(goods.weights_kg[aboard] @ middle_m[aboard]) / mass_kg
        for axle, other in ((front, rear), (rear, front)):
            base_m = axle.position_m - other.position_m
            low_m, high_m = sorted(other.position_m + (limit - axle.tare_kg) / mass_kg * base_m
                                   for limit in (axle.min_kg, axle.max_kg))
            least, most = max(least, (low_m - centre_m) * 1000), min(most, (high_m - centre_m) * 1000)
    moved = corners.copy()
    if np.ceil(least) <= most:
        moved[:, :, 0] += int(np.ceil(least))
    return moved
