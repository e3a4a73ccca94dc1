"""Container filling: blocks of pieces, free space as overlapping cuboids, a beam search; one space or several."""

from __future__ import annotations

from routing.loading.filling.fill import Filling, LeftOver, fill
from routing.loading.filling.pallets import Palletized, fill_pallets

__all__ = ["Filling", "LeftOver", "Palletized", "fill", "fill_pallets"]
