"""The nouns of planning: frozen, checked at birth, with neutral defaults. Nothing here computes a route."""

from routing.model.depot import Depot
from routing.model.limit import Limit
from routing.model.order import LoadUnit, Order
from routing.model.problem import Problem
from routing.model.shipment import Shipment
from routing.model.time import ALWAYS, TimeWindow
from routing.model.travel import UNREACHABLE, TravelMatrix
from routing.model.vehicle import Tariff, VehicleType

__all__ = [
    "ALWAYS",
    "UNREACHABLE",
    "Depot",
    "Limit",
    "LoadUnit",
    "Order",
    "Problem",
    "Shipment",
    "Tariff",
    "TimeWindow",
    "TravelMatrix",
    "VehicleType",
]
