"""Shipment: a pickup tied to a delivery. What is loaded, and when, is said by its two orders."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from routing.model.check import require, settle_id, settle_texts


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods that one vehicle picks up at one place and then brings to another.

    Parameters
    ----------
    id : str
        Unique among the shipments.
    pickup, delivery : str
        Ids of two orders of the problem, of these kinds and with equal loads. Both are served, by the same vehicle, the
        pickup first; or neither is. Either both must be served, or both have a penalty; then their sum counts.

    Raises
    ------
    ProblemError
        If an id is blank, or both orders are one.
    """

    id: str
    _: KW_ONLY
    pickup: str
    delivery: str

    def __post_init__(self) -> None:
        faults = [*settle_id(self), *settle_texts(self, "pickup", "delivery")]
        if not faults and self.pickup == self.delivery:
            faults.append(f"pickup and delivery must be two orders, both are {self.pickup!r}")
        require("shipment", self.id, faults)

    @property
    def orders(self) -> tuple[str, str]:
        """Ids of its orders, the pickup first."""
        return self.pickup, self.delivery
