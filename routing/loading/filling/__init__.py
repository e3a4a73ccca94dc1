"""Container filling: blocks of pieces, free space as overlapping cuboids, a beam search; one space or several."""

from __future__ import annotations

from routing.loading.filling.fill import Filling, LeftOver, fill

__all__ = ["Filling", "LeftOver", "fill"]
