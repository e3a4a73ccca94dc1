"""The innermost loop of a sweep, for many sources at once: one vector register or several per row of sums.

Numba's own loops keep the running minimum in memory and test for overlapping arrays; written out for the compiler, the
loop runs two to three times as fast. It works wherever LLVM does: the vectors are cut to what the processor has.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN002, ANN201, ANN202, ARG001

from __future__ import annotations

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

LANES = 16
"""Sources in one row."""

BASE = 1 << 60
"""What every sum in a row carries beside its weight."""

NO_SUM = 1 << 61
"""A sum for no way."""

_WHOLE, _REAL, _INDEX = ir.IntType(64), ir.DoubleType(), ir.IntType(32)
_ROW, _REAL_ROW = ir.VectorType(_WHOLE, LANES), ir.VectorType(_REAL, LANES)
_ANY = ir.Constant(_ROW, ir.Undefined)


@intrinsic
def relax(typing_context, rows, row, empty, tail, weight, begin, end):
    """Lower ``rows[row]`` to the least of itself and ``rows[tail[a]] + weight[a]``, a from `begin` to `end`.

    Whole numbers from `BASE` to below 2**63 - 2**52 are ordered like the floating-point numbers with the same bits, and
    of those processors without AVX-512 take the lesser in one instruction. `BASE` keeps them clear of the subnormal
    numbers, which a process may have been told to flush to zero.

    Parameters
    ----------
    typing_context : object
        Numba's own; callers leave it out.
    rows : ndarray of int64, shape (rows, LANES)
        Sums; `weight` plus a sum must stay below the limit.
    row : int64
        Which to lower.
    empty : bool
        Whether it holds nothing yet; then it is not read.
    tail : ndarray of int32
        Rows that arcs come from; none is `row`.
    weight : ndarray of int64
        Weights of arcs.
    begin, end : int64
        Which arcs.

    Returns
    -------
    tuple
        Signature and code, for Numba.
    """
    signature = types.void(rows, types.int64, types.boolean, tail, weight, types.int64, types.int64)
    return signature, _write_relax


def _write_relax(context, builder, signature, values):
    """Write the loop."""
    rows, tail, weight = (context.make_array(signature.args[k])(context, builder, values[k]).data for k in (0, 3, 4))
    row, empty, begin, end = (values[k] for k in (1, 2, 5, 6))
    rows = builder.bitcast(rows, _ROW.as_pointer())
    mine = builder.gep(rows, [row])
    before = builder.block
    read, ready, loop, body, done = (builder.append_basic_block() for _ in range(5))
    builder.cbranch(empty, ready, read)
    builder.position_at_end(read)
    held = builder.load(mine, align=8)
    builder.branch(ready)
    builder.position_at_end(ready)
    first = _merge(builder, _ROW, (ir.Constant(_ROW, [NO_SUM] * LANES), before), (held, read))
    builder.branch(loop)
    builder.position_at_end(loop)
    arc, least = _merge(builder, _WHOLE, (begin, ready)), _merge(builder, _ROW, (first, ready))
    builder.cbranch(builder.icmp_signed("<", arc, end), body, done)
    builder.position_at_end(body)
    source = builder.sext(builder.load(builder.gep(tail, [arc])), _WHOLE)
    more = _in_every_lane(builder, builder.load(builder.gep(weight, [arc])))
    way = builder.add(builder.load(builder.gep(rows, [source]), align=8), more)
    least.add_incoming(_lesser(builder, way, least), body)
    arc.add_incoming(builder.add(arc, ir.Constant(_WHOLE, 1)), body)
    builder.branch(loop)
    builder.position_at_end(done)
    builder.store(least, mine, align=8)
    return context.get_dummy_value()


def _merge(builder, kind, *incoming):
    """Return a value that depends on which block came before."""
    value = builder.phi(kind)
    for each, block in incoming:
        value.add_incoming(each, block)
    return value


def _in_every_lane(builder, number):
    """Return a row that holds one number everywhere."""
    first = builder.insert_element(_ANY, number, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(first, _ANY, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))


def _lesser(builder, a, b):
    """Return the lesser of two rows, lane by lane."""
    real_a, real_b = (builder.bitcast(row, _REAL_ROW) for row in (a, b))
    return builder.bitcast(builder.select(builder.fcmp_ordered("<", real_a, real_b), real_a, real_b), _ROW)
