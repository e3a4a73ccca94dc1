"""Better sites by exchange: open one, close one, or both, as long as that saves most and saves anything.

After Resende and Werneck (2007), "A fast swap-based local search procedure for location problems", Annals of Operations
Research 150(1), 205-230: what an opening saves and a closing costs is counted once, and corrected for pairs.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"
# ruff: noqa: ANN001, ANN201, FURB136 (compiled, the builtins cost seconds)
# ruff: noqa: PLR0912 (one pass over the arrays, which parts would have to hand to each other)

from __future__ import annotations

from gisdata.compiled import kernel


@kernel
def exchanged(order, cost, count, left, fixed, fewest, most, state, taken, saved, lost, both):
    """Exchange sites until nothing is saved by it; return the cost.

    Parameters
    ----------
    order, cost, count, left, fixed, fewest, most, state
        As in `routing.siting.relaxing.relaxed`.
    taken : ndarray of int8, shape (sites,)
        Open sites (changed); as many as may be.
    saved, lost : ndarray of float, shape (sites,)
        Room to work in.
    both : ndarray of float, shape (sites, sites)
        Room to work in.

    Returns
    -------
    float
        Cost of the sites and of serving, or leaving, every place.
    """
    places, sites = order.shape
    while True:
        opened, total = 0, 0.0
        for j in range(sites):
            saved[j] = -fixed[j]
            lost[j] = -fixed[j]
            opened += taken[j]
            total += taken[j] * fixed[j]
            for k in range(sites):
                both[j, k] = 0.0
        for i in range(places):
            first, at, second = -1, count[i], left[i]
            for r in range(count[i]):
                if cost[i, r] >= left[i]:
                    break
                if taken[order[i, r]]:
                    if first < 0:
                        first, at = order[i, r], r
                    else:
                        second = cost[i, r]
                        break
            least = left[i]
            if first >= 0:
                least = cost[i, at]
                lost[first] += second - least
            total += least
            for r in range(count[i]):
                c = cost[i, r]
                if c >= second:
                    break
                j = order[i, r]
                if taken[j]:
                    continue
                if c < least:
                    saved[j] += least - c
                if first >= 0:
                    larger = c if c > least else least
                    both[j, first] += second - larger
        gain, come, go = 1e-9 * (1.0 + abs(total)), -1, -1
        for j in range(sites):
            if taken[j] or state[j] == 0:
                continue
            if opened < most and saved[j] > gain:
                gain, come, go = saved[j], j, -1
            for k in range(sites):
                if taken[k] and state[k] != 1 and saved[j] - lost[k] + both[j, k] > gain:
                    gain, come, go = saved[j] - lost[k] + both[j, k], j, k
        if opened > fewest:
            for k in range(sites):
                if taken[k] and state[k] != 1 and -lost[k] > gain:
                    gain, come, go = -lost[k], -1, k
        if come < 0 and go < 0:
            return total
        if come >= 0:
            taken[come] = 1
        if go >= 0:
            taken[go] = 0
