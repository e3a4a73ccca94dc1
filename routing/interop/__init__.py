"""Problems and plans of other programs, read and written; what they say otherwise than our model is told in notices."""

from routing.interop.vroom import VroomProblem, read_vroom
from routing.interop.vroom_solution import read_vroom_solution, vroom_cost, write_vroom_solution
from routing.interop.vroom_writing import write_vroom

__all__ = ["VroomProblem", "read_vroom", "read_vroom_solution", "vroom_cost", "write_vroom", "write_vroom_solution"]
