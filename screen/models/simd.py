"""Registers of float32 as values that numba knows, and what the pair head does with them.

A lane of a register is one row of the data, so no sum runs across lanes: a row's result is the same to the last bit
wherever it stands, whatever its neighbours, and however wide the registers.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import binding, ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

from screen.models.jit import Function

Emit = Callable[..., Any]

ALPHA, LAMBDA = 1.6732632423543772, 1.0507009873554805
"""SELU(x) = LAMBDA x for x > 0, LAMBDA ALPHA (exp(x) - 1) below."""
LANES: int = 16 if binding.get_host_cpu_features().get("avx512f") else 8

_VECTOR = ir.VectorType(ir.FloatType(), LANES)
_WHOLE = ir.VectorType(ir.IntType(32), LANES)
# 2^f on [-1/2, 1/2], relative error 7.5e-8 (least maximum, by weighted least squares).
_POWERS = (
    1.0000001192092896,
    0.6931469440460205,
    0.24022120237350464,
    0.05550713092088699,
    0.009675541892647743,
    0.0013276472454890609,
)
_ROUNDING = 1.5 * 2.0**23
"""Added to a number, it leaves the nearest whole number in the lowest bits."""
LOG2E = 1 / np.log(2)
LOWEST = -126.0
"""2^t is computed for t of at least this."""


def plain(function: Function) -> Function:
    """Compile as part of those that call it."""
    made: Any = njit(nogil=True)(function)
    return cast(Function, made)


def inlined(function: Function) -> Function:
    """Write into those that call it, so that its values stay in registers."""
    made: Any = njit(nogil=True, inline="always")(function)
    return cast(Function, made)


class _Lanes(types.Type):
    """A register of float32."""

    def __init__(self) -> None:
        super().__init__(name=f"Lanes{LANES}")


_lanes = _Lanes()


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)  # type: ignore[no-untyped-call]


def _unary(emit: Emit) -> Any:
    """A function of one register, from what writes its instructions."""

    def typed(_: Any, x: Any) -> Any:
        return _lanes(x), lambda context, builder, signature, given: emit(builder, *given)

    return intrinsic(typed)


def _binary(emit: Emit) -> Any:
    def typed(_: Any, x: Any, y: Any) -> Any:
        return _lanes(x, y), lambda context, builder, signature, given: emit(builder, *given)

    return intrinsic(typed)


def _ternary(emit: Emit) -> Any:
    def typed(_: Any, x: Any, y: Any, z: Any) -> Any:
        return _lanes(x, y, z), lambda context, builder, signature, given: emit(builder, *given)

    return intrinsic(typed)


def _fused(builder: Any, x: Any, y: Any, z: Any) -> Any:
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    named = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")  # type: ignore[no-untyped-call]
    return builder.call(named, [x, y, z])


def _constant(value: Any) -> Any:
    return ir.Constant(_VECTOR, [float(np.float32(value))] * LANES)


def _power(builder: Any, t: Any) -> Any:
    """2^t for -126 <= t <= 127: 2^f by a polynomial, then the whole part added to the exponent."""
    shifted = builder.fadd(t, _constant(_ROUNDING))
    f = builder.fsub(t, builder.fsub(shifted, _constant(_ROUNDING)))
    value = _constant(_POWERS[-1])
    for coefficient in reversed(_POWERS[:-1]):
        value = _fused(builder, value, f, _constant(coefficient))
    exponent = builder.shl(builder.bitcast(shifted, _WHOLE), ir.Constant(_WHOLE, [23] * LANES))
    return builder.bitcast(builder.add(builder.bitcast(value, _WHOLE), exponent), _VECTOR)


def _bent(builder: Any, x: Any) -> Any:
    zero = _constant(0)
    below = _power(
        builder, _larger(builder, builder.fmul(_smaller(builder, x, zero), _constant(LOG2E)), _constant(LOWEST))
    )
    return _fused(builder, _constant(ALPHA), below, _larger(builder, x, zero))


def _larger(builder: Any, x: Any, y: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", x, y), x, y)


def _smaller(builder: Any, x: Any, y: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", x, y), x, y)


def _repeated(builder: Any, x: Any) -> Any:
    whole, nothing = ir.IntType(32), ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(nothing, x, ir.Constant(whole, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(whole, LANES), [0] * LANES))


add = _binary(lambda builder, x, y: builder.fadd(x, y))
multiply = _binary(lambda builder, x, y: builder.fmul(x, y))
divide = _binary(lambda builder, x, y: builder.fdiv(x, y))
maximum = _binary(_larger)
minimum = _binary(_smaller)
fused = _ternary(_fused)
power = _unary(_power)
splat = _unary(_repeated)
bent = _unary(_bent)
"""max(x, 0) + ALPHA exp(min(x, 0)): SELU(x) / LAMBDA + ALPHA."""


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = cgutils.create_struct_proxy(kind)(context, builder, array).data  # type: ignore[no-untyped-call]
    return builder.bitcast(builder.gep(data, [index]), _VECTOR.as_pointer())


def _load(_: Any, array: Any, index: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        value = builder.load(_address(context, builder, signature.args[0], *given))
        value.align = 4
        return value

    return _lanes(array, types.intp), emit


def _store(_: Any, array: Any, index: Any, x: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        builder.store(given[2], _address(context, builder, signature.args[0], *given[:2]), align=4)
        return context.get_dummy_value()

    return types.void(array, types.intp, _lanes), emit


load: Any = intrinsic(_load)
"""load(array, index): a register from a flat array of float32."""
store: Any = intrinsic(_store)
"""store(array, index, x): a register into a flat array of float32."""
