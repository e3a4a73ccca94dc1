"""Fixed charges with capacities, against a whole program written here and solved by the HiGHS of scipy, elsewhere."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from routing import siting

SITES, PLACES = 6, 12
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 40))]
PROGRAM = """
import json, sys
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
given = json.loads(sys.stdin.read())
cost, amount = np.array(given["travel"]), np.array(given["demand"])
sites, places = cost.shape
found = []
for whole in (0, 1):
    served = np.hstack([np.zeros((places, sites)), np.tile(np.eye(places), sites)])
    load = np.hstack([-np.diag(given["capacity"]), np.kron(np.eye(sites), amount)])
    on = np.hstack([-np.repeat(np.eye(sites), places, axis=0), np.eye(sites * places)])
    rules = [LinearConstraint(served, 1, 1), LinearConstraint(load, -np.inf, 0), LinearConstraint(on, -np.inf, 0)]
    answer = milp(np.concatenate([given["fixed"], (cost * amount).ravel()]), constraints=rules, bounds=Bounds(0, 1),
                  integrality=np.concatenate([np.ones(sites), np.full(sites * places, whole)]),
                  options={"mip_rel_gap": 0})
    assert answer.status == 0, answer.message
    found.append(answer.fun)
print(json.dumps(found))
"""


@pytest.mark.parametrize("seed", SEEDS)
def test_capacitated_costs_are_those_of_a_program_of_its_own(seed):
    """Demand split, and from one site each; capacities bind: two to four of the six sites are needed."""
    rng = np.random.default_rng(7000 + seed)
    travel = np.round(np.hypot(*(rng.random((SITES, 1, 2)) - rng.random((1, PLACES, 2))).transpose(2, 0, 1)) * 50, 2)
    amount = rng.integers(5, 30, PLACES)
    capacity = np.ceil(amount.sum() * rng.uniform(0.3, 0.6, SITES))
    fixed = rng.integers(200, 900, SITES)
    case = {name: part.tolist() for name, part in
            {"travel": travel, "demand": amount, "capacity": capacity, "fixed": fixed}.items()}

    done = subprocess.run([sys.executable, "-c", PROGRAM], input=json.dumps(case), capture_output=True, text=True,
                          check=True)

    table = pd.DataFrame({"capacity": capacity, "fixed_cost": fixed})
    ours = [siting.fixed_charge(travel, pd.DataFrame({"demand": amount}), table, single_source=single)
            for single in (False, True)]
    assert [one.objective for one in ours] == pytest.approx(json.loads(done.stdout), rel=1e-6)
    assert all(one.gap_percent < 1e-4 for one in ours)
