"""spopt, in a process of its own, finds the same objectives on the models that it has."""

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from routing import siting

SITES, PLACES, REACH = 12, 60, 45.0
PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np, pulp
from spopt import locate
given = json.loads(sys.stdin.read())
found = []
for case in given:
    cost, weight, p, reach = np.array(case["travel"]).T, np.array(case["demand"]), case["p"], case["reach"]
    models = [locate.PMedian.from_cost_matrix(cost, weight, p), locate.PCenter.from_cost_matrix(cost, p),
              locate.LSCP.from_cost_matrix(cost, reach), locate.MCLP.from_cost_matrix(cost, weight, reach, p)]
    found.append([pulp.value(m.solve(pulp.PULP_CBC_CMD(msg=False), results=False).problem.objective) for m in models])
print(json.dumps(found))
"""


@pytest.mark.skipif(find_spec("spopt") is None, reason="needs spopt, of the extra `test`")
def test_objectives_are_those_of_spopt():
    """p-median, p-centre, set covering and maximal covering on three random towns."""
    rng = np.random.default_rng(11)
    cases = [{"travel": np.round(np.hypot(*(rng.random((SITES, 1, 2)) - rng.random((1, PLACES, 2))).transpose(2, 0, 1))
                                 * 100, 2).tolist(),
              "demand": rng.integers(1, 50, PLACES).tolist(), "p": p} for p in (2, 3, 5)]
    for case in cases:
        case["reach"] = max(REACH, np.array(case["travel"]).min(axis=0).max())

    done = subprocess.run([sys.executable, "-c", PROGRAM], input=json.dumps(cases), capture_output=True, text=True,
                          check=True)

    sites = pd.DataFrame(index=range(SITES))
    for case, theirs in zip(cases, json.loads(done.stdout.splitlines()[-1]), strict=True):
        travel, demand, p = case["travel"], pd.DataFrame({"demand": case["demand"]}), case["p"]
        ours = [siting.p_median(travel, demand, sites, p), siting.p_centre(travel, demand, sites, p),
                siting.set_cover(travel, demand, sites, case["reach"]),
                siting.max_cover(travel, demand, sites, p, case["reach"])]
        assert [one.objective for one in ours] == pytest.approx(theirs)
        assert all(one.status == "optimal" for one in ours)
