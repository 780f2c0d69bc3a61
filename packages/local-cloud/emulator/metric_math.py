"""The part of CloudWatch's metric math that alarms use: arithmetic, comparison, and the common functions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

Values = list[float | None]

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Pow: operator.pow,
}
_COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_REDUCE: dict[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "AVG": lambda values: sum(values) / len(values),
}


def names(expression: str) -> set[str]:
    """The metric ids an expression uses."""
    tree = ast.parse(_as_python(expression), mode="eval")
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in called and node.id not in ("REPEAT", "LINEAR")
    }


def evaluate(expression: str, series: dict[str, Values], periods: int) -> Values:
    """The expression's value per period. ValueError for what is not supported; None where data is missing."""
    tree = ast.parse(_as_python(expression), mode="eval").body
    return [_value(tree, {name: values[index] for name, values in series.items()}) for index in range(periods)]


def _as_python(expression: str) -> str:
    return expression.replace("&&", " and ").replace("||", " or ").replace("^", "**").strip()


def _value(node: ast.expr, known: dict[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return known[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _value(operand, known)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(op, _value(left, known), _value(right, known))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            a, b = _value(left, known), _value(right, known)
            return None if a is None or b is None else float(_COMPARE[type(op)](a, b))
        case ast.BoolOp(op=op, values=parts):
            truths = [bool(_value(part, known)) for part in parts]
            return float(all(truths) if isinstance(op, ast.And) else any(truths))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _call(name.upper(), args, known)
    raise ValueError(f"metric math not supported here: {ast.unparse(node)}")


def _binary(op: ast.operator, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if isinstance(op, ast.Div):
        # CloudWatch drops the datapoint of a division by zero.
        return left / right if right else None
    if type(op) not in _BINARY:
        raise ValueError(f"metric math operator not supported here: {type(op).__name__}")
    return _BINARY[type(op)](left, right)


def _call(name: str, args: list[ast.expr], known: dict[str, float | None]) -> float | None:
    if name == "IF":
        chosen = args[1] if _value(args[0], known) else (args[2] if len(args) > 2 else None)
        return None if chosen is None else _value(chosen, known)
    if name == "FILL":
        found = _value(args[0], known)
        return found if found is not None else _value(args[1], known)
    if name == "ABS":
        inner = _value(args[0], known)
        return None if inner is None else abs(inner)
    if name in _REDUCE:
        values = [value for value in (_value(part, known) for part in _flat(args)) if value is not None]
        return _REDUCE[name](values) if values else None
    raise ValueError(f"metric math function not supported here: {name}")


def _flat(args: list[ast.expr]) -> list[Any]:
    return [item for arg in args for item in (arg.elts if isinstance(arg, ast.List) else [arg])]
