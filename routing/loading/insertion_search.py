"""Load a room by putting in one piece after another at corners of what stands there, in many random orders.

Whole millimetres, kilograms. What pieces must keep between them is a number of `manifest.pairs`. There is one door: the
rear, the left, the right or the top.

References
----------
Crainic, Perboli and Tadei (2008), "Extreme point-based heuristics for three-dimensional bin packing", INFORMS Journal
on Computing 20(3), 368-384. Gendreau, Iori, Laporte and Martello (2006), "A tabu search algorithm for a routing and
container loading problem", Transportation Science 40(3), 342-350, for removal and support.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201, ANN202
# ruff: noqa: FURB136, PLR1730 (compiled, the builtins cost seconds), C901, PLR0912

from __future__ import annotations

import numpy as np

from gisdata.compiled import kernel
from routing.loading.manifest import CLEARS, HOLDS, SPARES, TOGETHER

REAR, LEFT, RIGHT, TOP = range(4)
"""Doors."""

EPSILON = 1e-9


@kernel
def _shared(low, high, i, j, axis):
    """Return how far pieces i and j overlap along an axis; negative: a gap."""
    begin = low[i, axis] if low[i, axis] > low[j, axis] else low[j, axis]
    end = high[i, axis] if high[i, axis] < high[j, axis] else high[j, axis]
    return end - begin


@kernel
def _clash(pairs, door, low, high, i, j):
    """Return whether piece i cannot stand where it would because of piece j."""
    pair, back = pairs[i, j], pairs[j, i]
    x = _shared(low, high, i, j, 0) > 0
    y = _shared(low, high, i, j, 1) > 0
    z = _shared(low, high, i, j, 2) > 0
    if x and y:
        if z:
            return pair & TOGETHER != 0
        if low[j, 2] >= high[i, 2]:
            return pair & CLEARS != 0 or (back & SPARES != 0 and high[i, 2] == low[j, 2])
        return back & CLEARS != 0 or (pair & SPARES != 0 and low[i, 2] == high[j, 2])
    if not z or (pair | back) & CLEARS == 0:
        return False
    axis = 0 if door == REAR else 1
    if not (y if axis == 0 else x) or door == TOP:
        return False
    beyond = low[j, axis] >= high[i, axis]  # j stands further along the axis than i
    if door == LEFT:
        beyond = not beyond
    return (pair if beyond else back) & CLEARS != 0


@kernel
def _support(pairs, placed, count, low, high, i, bit):
    """Return the area of the base of piece i that lies on pieces which have `bit` for it, mm²."""
    area = 0
    for k in range(count):
        j = placed[k]
        if j != i and high[j, 2] == low[i, 2] and pairs[i, j] & bit:
            x, y = _shared(low, high, i, j, 0), _shared(low, high, i, j, 1)
            if x > 0 and y > 0:
                area += x * y
    return area


@kernel
def _presses(pairs, weights, tops, placed, count, low, high, i, carried, extra):
    """Add to `extra` what piece i brings to rest on each other; return whether that is too much for one of them.

    Mass goes down from level to level, shared in proportion to contact.
    """
    extra[:] = 0.0
    extra[i] = weights[i]
    level = low[i, 2]
    while level > 0:
        lower = 0
        for k in range(count + 1):
            j = placed[k] if k < count else i
            if extra[j] == 0 or low[j, 2] > level:
                continue
            if low[j, 2] < level:
                if low[j, 2] > lower:
                    lower = low[j, 2]
                continue
            base = _support(pairs, placed, count, low, high, j, TOGETHER)
            for q in range(count):
                h = placed[q]
                if h != j and high[h, 2] == level and pairs[j, h] & TOGETHER:
                    x, y = _shared(low, high, j, h, 0), _shared(low, high, j, h, 1)
                    if x > 0 and y > 0:
                        extra[h] += extra[j] * x * y / base
                        if low[h, 2] > lower:
                            lower = low[h, 2]
        level = lower
    for k in range(count):
        j = placed[k]
        if carried[j] + extra[j] > tops[j] + EPSILON:
            return True
    return False


@kernel
def _may_stand(pairs, weights, tops, door, support, placed, count, low, high, i, carried, extra):
    """Return whether piece i may stand where it would: supported, beside the others, and not too heavy for them."""
    if low[i, 2] > 0:
        base = (high[i, 0] - low[i, 0]) * (high[i, 1] - low[i, 1])
        if _support(pairs, placed, count, low, high, i, HOLDS) < support * base - EPSILON:
            return False
    for k in range(count):
        if _clash(pairs, door, low, high, i, placed[k]):
            return False
    limited = carried[len(tops)] > 0 and low[i, 2] > 0
    return not (limited and _presses(pairs, weights, tops, placed, count, low, high, i, carried, extra))


@kernel
def _insert(sizes, ways, pairs, weights, tops, floor_only, space, door, support, order, first, mode, low, high, placed,
            points, carried, extra):
    """Put the pieces in, in that order, each where its score is least; return how many went in.

    Those that find no place are left out. `placed` lists the rows in the order they went in.
    """
    n = len(order)
    carried[:n] = 0.0
    count, corners = 0, 1
    points[0, 0] = points[0, 1] = points[0, 2] = 0
    for q in range(n):
        i = order[q]
        best, best_way, best_point = np.int64(1) << 62, 0, -1
        for r in range(ways[i]):
            way = (first[i] + r) % ways[i]
            for p in range(corners):
                x, y, z = points[p, 0], points[p, 1], points[p, 2]
                high_x, high_y, high_z = x + sizes[i, way, 0], y + sizes[i, way, 1], z + sizes[i, way, 2]
                if high_x > space[0] or high_y > space[1] or high_z > space[2] or (z > 0 and floor_only[i]):
                    continue
                along = z if mode == 2 else (high_x if mode == 1 else x)
                score = (along << 40) + ((x if mode == 2 else z) << 20) + y + r
                if score >= best:
                    continue
                low[i, 0], low[i, 1], low[i, 2] = x, y, z
                high[i, 0], high[i, 1], high[i, 2] = high_x, high_y, high_z
                if _may_stand(pairs, weights, tops, door, support, placed, count, low, high, i, carried, extra):
                    best, best_way, best_point = score, way, p
        if best_point < 0:
            continue
        for axis in range(3):
            low[i, axis] = points[best_point, axis]
            high[i, axis] = points[best_point, axis] + sizes[i, best_way, axis]
        if carried[n] > 0 and low[i, 2] > 0:
            _presses(pairs, weights, tops, placed, count, low, high, i, carried, extra)
            for k in range(count):
                carried[placed[k]] += extra[placed[k]]
        placed[count] = i
        count += 1
        corners = _corners(points, corners, pairs, placed, count, low, high, i, space)
    return count


@kernel
def _slid(pairs, placed, count, low, high, i, axis, x, y, z):
    """Return how far a corner of piece i slides towards the origin along an axis (0 or 1) until it meets a piece."""
    stop = 0
    at = x if axis == 1 else y
    limit = y if axis == 1 else x
    other = 1 - axis
    for k in range(count):
        j = placed[k]
        met = low[j, other] <= at < high[j, other] and low[j, 2] <= z < high[j, 2] and stop < high[j, axis] <= limit
        if met and (j == i or pairs[i, j] & TOGETHER):
            stop = high[j, axis]
    return stop


@kernel
def _corners(points, corners, pairs, placed, count, low, high, i, space):
    """Add the corners that piece i makes, slid to what they meet; drop those inside it; return how many there are."""
    kept = 0
    for p in range(corners):
        inside = True
        for axis in range(3):
            inside = inside and low[i, axis] <= points[p, axis] < high[i, axis]
        if not inside:
            for axis in range(3):
                points[kept, axis] = points[p, axis]
            kept += 1
    for t in range(6):
        x, y, z = low[i, 0], low[i, 1], low[i, 2]
        if t < 2:  # behind it, at its level and on the floor
            x, z = high[i, 0], z if t == 0 else 0
            y = _slid(pairs, placed, count, low, high, i, 1, x, y, z)
        elif t < 4:  # beside it, at its level and on the floor
            y, z = high[i, 1], z if t == 2 else 0
            x = _slid(pairs, placed, count, low, high, i, 0, x, y, z)
        elif t == 4:
            z = high[i, 2]
        else:
            x, y = high[i, 0], 0
        known = x >= space[0] or y >= space[1] or z >= space[2] or kept == len(points)
        for p in range(kept):
            known = known or (points[p, 0] == x and points[p, 1] == y and points[p, 2] == z)
        if not known:
            points[kept, 0], points[kept, 1], points[kept, 2] = x, y, z
            kept += 1
    return kept


@kernel
def _copy(source, target):
    """Copy numbers."""
    for i in range(len(source)):
        target[i] = source[i]


@kernel
def _change(order, first):
    """Swap pieces in the order, or turn one, one to three times."""
    for _ in range(np.random.randint(1, 4)):  # noqa: NPY002
        i = np.random.randint(len(order))  # noqa: NPY002
        if np.random.random() < 0.5:  # noqa: NPY002
            first[i] += 1
        else:
            j = np.random.randint(len(order))  # noqa: NPY002
            order[i], order[j] = order[j], order[i]


@kernel
def search(sizes, ways, pairs, weights, tops, floor_only, worth, space, door, support, order, trials, seed, low, high,
           placed):
    """Try until all pieces are in, or `trials` times; return how many went in, and leave the best in `low`, `high`.

    Parameters
    ----------
    sizes, ways, pairs, weights, tops, floor_only, worth : ndarray
        As of a `Manifest`.
    space : ndarray of int64, shape (3,)
        Inside of the room.
    door : int
        REAR, LEFT, RIGHT or TOP.
    support : float
        Least supported share of a base.
    order : ndarray of int64, shape (n,)
        In which the pieces are put in first.
    trials, seed : int
        How often, and of what is drawn.
    low, high : ndarray of int64, shape (n, 3)
        Corners of the best load found.
    placed : ndarray of int64, shape (n,)
        Rows of the pieces in it, in the order they went in.

    Returns
    -------
    int
        How many pieces are in it.
    """
    np.random.seed(seed)  # noqa: NPY002 (compiled)
    n = len(order)
    points = np.zeros((6 * n + 6, 3), np.int64)
    carried, extra = np.zeros(n + 1), np.zeros(n)
    for i in range(n):
        if tops[i] < np.inf:
            carried[n] = 1.0  # whether anything limits what rests on it
    trial_low, trial_high, trial_placed = np.zeros((n, 3), np.int64), np.zeros((n, 3), np.int64), np.zeros(n, np.int64)
    kept_order, first = np.zeros(n, np.int64), np.zeros(n, np.int64)
    trial_order, trial_first = np.zeros(n, np.int64), np.zeros(n, np.int64)
    _copy(order, kept_order)
    _copy(order, trial_order)
    kept, most, found = np.int64(-1), np.int64(-1), 0
    mode = 0
    for trial in range(trials):
        if trial > 0:
            if np.random.random() < 0.02:  # noqa: NPY002
                _copy(order, kept_order)
                kept = np.int64(-1)
                mode = np.random.randint(3)  # noqa: NPY002
            _copy(kept_order, trial_order)
            _copy(first, trial_first)
            _change(trial_order, trial_first)
        count = _insert(sizes, ways, pairs, weights, tops, floor_only, space, door, support, trial_order, trial_first,
                        mode, trial_low, trial_high, trial_placed, points, carried, extra)
        gain = np.int64(0)
        for k in range(count):
            gain += worth[trial_placed[k]]
        if gain > most:
            most, found = gain, count
            _copy(trial_placed, placed)
            for i in range(n):
                for axis in range(3):
                    low[i, axis], high[i, axis] = trial_low[i, axis], trial_high[i, axis]
        if count == n:
            break
        if gain >= kept:
            kept = gain
            _copy(trial_order, kept_order)
            _copy(trial_first, first)
    return found
