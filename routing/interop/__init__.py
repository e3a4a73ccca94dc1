"""Problems and plans of other programs, and published instances, read and written.

What other programs say otherwise than our model is told in notices; instances are read as their authors mean them.
"""

from routing.interop.cordeau import read_cordeau
from routing.interop.hvrp import read_hvrp
from routing.interop.instance import read_instance
from routing.interop.li_lim import read_li_lim
from routing.interop.solomon import read_solomon
from routing.interop.vroom import VroomProblem, read_vroom
from routing.interop.vroom_solution import read_vroom_solution, vroom_cost, write_vroom_solution
from routing.interop.vroom_writing import write_vroom
from routing.interop.vrplib import read_vrplib
from routing.interop.vrplib_solution import VrplibSolution, read_vrplib_solution, write_vrplib_solution

__all__ = [
    "VroomProblem",
    "VrplibSolution",
    "read_cordeau",
    "read_hvrp",
    "read_instance",
    "read_li_lim",
    "read_solomon",
    "read_vroom",
    "read_vroom_solution",
    "read_vrplib",
    "read_vrplib_solution",
    "vroom_cost",
    "write_vroom",
    "write_vroom_solution",
    "write_vrplib_solution",
]
