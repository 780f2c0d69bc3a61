"""SQL of a contract's rules on values that are cast and not NULL: Spark's half of `check-rule.ts`."""

from __future__ import annotations

from lean_ops.names import literal
from lean_ops.plan import ColumnType, Rule

from .cast_value import sql_type
from .java_pattern import java_pattern


def check_rule(rule: Rule, value: str, column_type: ColumnType) -> str:
    """True when the value keeps the rule. Bounds are inclusive, enums exact, patterns whole, lengths in code points."""
    match rule.kind:
        case "range":
            bounds = [(">=", rule.minimum), ("<=", rule.maximum)]
            return _both(
                [f"{value} {sign} {typed(str(bound), column_type)}" for sign, bound in bounds if bound is not None]
            )
        case "enum":
            return f"{value} IN ({', '.join(typed(text, column_type) for text in rule.values or ())})"
        case "pattern":
            return f"{value} RLIKE {literal(java_pattern(rule.pattern or ''))}"
        case "length":
            bounds = [(">=", rule.minimum), ("<=", rule.maximum)]
            return _both([f"char_length({value}) {sign} {int(bound)}" for sign, bound in bounds if bound is not None])


def typed(text: str, column_type: ColumnType) -> str:
    """SQL of a canonical text as a value of its type; Spark folds it once."""
    if column_type.kind == "timestamp":
        text = text.removesuffix("Z")
    return f"CAST({literal(text)} AS {sql_type(column_type)})"


def _both(conditions: list[str]) -> str:
    return f"({' AND '.join(conditions)})" if conditions else "true"
