"""The CP-SAT solver as the package uses it."""

import subprocess
import sys
from pathlib import Path

import routing

AFTERWARDS = """import signal
from ortools.sat.python import cp_model
from routing.loading.cpsat import cp_solver

model = cp_model.CpModel()
number = model.new_int_var(0, 5, "number")
model.maximize(number)
solver = cp_solver(1.0)
assert solver.solve(model) == cp_model.OPTIMAL and solver.value(number) == 5
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted as ever")
"""


def test_ctrl_c_after_a_search_is_an_exception_not_the_end_of_the_process():
    done = subprocess.run([sys.executable, "-c", AFTERWARDS], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "interrupted as ever\n"), done.stderr


def test_nobody_makes_a_solver_of_their_own():
    """One made elsewhere would catch Ctrl-C."""
    sources = Path(routing.__file__).parent.rglob("*.py")

    assert [path.name for path in sources if "CpSolver()" in path.read_text(encoding="utf-8")] == ["cpsat.py"]
