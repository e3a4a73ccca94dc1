"""The nouns of planning: frozen, checked at birth, with neutral defaults. Nothing here computes a route."""

from routing.model.breaks import Break, DrivingRule, driving_rule
from routing.model.cargo import Axle, CargoSpace, Compartment, Door
from routing.model.depot import Depot
from routing.model.hourly import UNREACHABLE, Hourly
from routing.model.limit import Limit
from routing.model.line import FixedLine
from routing.model.load import LoadingRules, LoadPlan, Placement
from routing.model.load_unit import LoadUnit
from routing.model.order import Order
from routing.model.problem import Problem
from routing.model.shipment import Shipment
from routing.model.time import ALWAYS, TimeWindow
from routing.model.travel import TravelMatrix
from routing.model.vehicle import Tariff, VehicleType

__all__ = [
    "ALWAYS",
    "UNREACHABLE",
    "Axle",
    "Break",
    "CargoSpace",
    "Compartment",
    "Depot",
    "Door",
    "DrivingRule",
    "FixedLine",
    "Hourly",
    "Limit",
    "LoadPlan",
    "LoadUnit",
    "LoadingRules",
    "Order",
    "Placement",
    "Problem",
    "Shipment",
    "Tariff",
    "TimeWindow",
    "TravelMatrix",
    "VehicleType",
    "driving_rule",
]
