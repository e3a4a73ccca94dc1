"""Time and length of a way in one whole number, so that one search finds the fastest way, and of those the shortest.

Milliseconds in the high bits, length in units of millimetres in the low ones: sums sort by time, then by length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gisdata.errors import TooLargeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIGNED_BITS = 62


@dataclass(frozen=True, slots=True)
class Packing:
    """How many low bits hold the length, in which unit.

    Parameters
    ----------
    unit_mm : int
        Unit of length.
    bits : int
        Low bits.
    """

    unit_mm: int
    bits: int

    @classmethod
    def finest(
        cls, time_ms: NDArray[np.int64], length_mm: NDArray[np.int64], room_bits: int, unit_mm: int = 1
    ) -> Packing:
        """Return the packing that leaves most room for time while no length can reach into it.

        Parameters
        ----------
        time_ms, length_mm : ndarray of int64
            Of all arcs a way may consist of. A way uses an arc without time once.
        room_bits : int
            Bits of the whole number.
        unit_mm : int
            Unit of length.

        Returns
        -------
        Packing
            With the fewest bits for length that suffice.

        Raises
        ------
        TooLargeError
            If there is none.
        """
        moving = time_ms > 0
        fastest = float((length_mm[moving] / time_ms[moving]).max(initial=1.0))
        still = float(length_mm[~moving].sum())
        for bits in range(1, room_bits):
            if (2.0 ** (room_bits - bits) * fastest + still) / unit_mm + len(time_ms) < 2.0**bits:
                return cls(unit_mm, bits)
        raise TooLargeError("lengths and times of the roads are too large to find ways exactly")

    def packed(self, time_ms: NDArray[np.int64], length_mm: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number for each pair of time and length.

        Parameters
        ----------
        time_ms, length_mm : ndarray of int64
            Not negative.

        Returns
        -------
        ndarray of int64
            Of the same shape.

        Raises
        ------
        TooLargeError
            If a time is too long for the bits left to it.
        """
        if int(time_ms.max(initial=0)) >> (_SIGNED_BITS - self.bits):
            raise TooLargeError("a road or a leg takes too long to keep its time and length apart exactly")
        weights: NDArray[np.int64] = (time_ms << self.bits) + (length_mm + self.unit_mm // 2) // self.unit_mm
        return weights

    def unpacked(self, weights: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the time and length of each number.

        Parameters
        ----------
        weights : ndarray of int64
            Sums of packed numbers.

        Returns
        -------
        tuple of ndarray of int64
            Milliseconds and millimetres.
        """
        return weights >> self.bits, (weights & ((1 << self.bits) - 1)) * self.unit_mm
