"""
A contract's judgement of curated rows as native Spark expressions: Spark's half of `validate-row.ts`.

Try-cast, then critical data elements, then rules. Every failing field is listed; a row's code is the first of
CDE_MISSING, TYPE_CAST, RULE among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lean_ops.names import literal
from lean_ops.plan import ContractColumn, Rule

from .cast_value import cast_value
from .check_rule import check_rule
from .payload_columns import PayloadColumns, kind_of, payload_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: One element of `faults`.
FAULT_TYPE = "struct<column: string, path: array<string>, code: string, rule: string, detail: string>"


@dataclass(frozen=True)
class Warning:
    """`flag` = the boolean column that says it of a row; `rule` is None for a required value that is missing."""

    flag: str
    column: str
    rule: str | None


def judge_rows(frame: DataFrame, columns: Sequence[ContractColumn], keep: Sequence[str]) -> DataFrame:
    """
    `frame`: rows of `__versions`. Gives the columns `keep`, then

    - `v<n>`: the value of contract column n in its type, NULL where there is none. Clear text: protect before storing;
    - `passes`, `stops` (a rule with action fail is broken), `code`, `faults` (array of FAULT_TYPE, NULL if it passes);
    - `lacks_slice`: the row was curated before the contract named an object, whose exact text is therefore not known;
    - one boolean for each of `warnings_of(columns)`.
    """
    source = payload_columns(frame.schema)
    fields = [_Field(n, column, source) for n, column in enumerate(columns)]
    technical = [f"`{name}`" for name in keep]
    found = [part for field in fields for part in field.found()]
    lacking = f"{_any([field.lacks_slice() for field in fields])} AS lacks_slice"
    seen = frame.selectExpr(*technical, *_context(source), lacking, *found)
    cast = seen.selectExpr("*", *(f"{field.cast()} AS v{field.index}" for field in fields))
    faulty = _any([field.is_faulty() for field in fields])
    judged = cast.selectExpr("*", f"NOT {faulty} AS passes")
    return judged.selectExpr(
        *technical,
        *(f"v{field.index}" for field in fields),
        "passes",
        "lacks_slice",
        f"(NOT passes AND {_any([broken for field in fields for broken in field.stopping()])}) AS stops",
        f"CASE WHEN passes THEN NULL WHEN {_any([field.is_missing() for field in fields])} THEN 'CDE_MISSING' "
        f"WHEN {_any([field.is_miscast() for field in fields])} THEN 'TYPE_CAST' ELSE 'RULE' END AS code",
        f"CASE WHEN NOT passes THEN {_concat([fault for field in fields for fault in field.faults()])} END AS faults",
        *(f"{says} AS {warning.flag}" for field in fields for warning, says in field.warnings()),
    )


def warnings_of(columns: Sequence[ContractColumn]) -> list[Warning]:
    """What a row may be warned of, in the order of the columns, then of the rules."""
    nowhere = PayloadColumns({}, has_overflow=False, has_quoted=False)
    return [w for n, column in enumerate(columns) for w, _ in _Field(n, column, nowhere).warnings()]


@dataclass(frozen=True)
class _Field:
    """SQL about one column. `t<n>` is its text, `b<n>` the number of the parent that stands in the way, 0 = none."""

    index: int
    column: ContractColumn
    source: PayloadColumns

    def found(self) -> list[str]:
        path = self.column.path
        text = self.source.text(path)
        descends = self.source.descends(path)
        if self.column.type.kind != "object" and descends != "false":
            text = f"coalesce({text}, CASE WHEN {descends} THEN '{{' END)"
        blocking = self.source.blocking(path)
        parents = "".join(f"WHEN {condition} THEN {n} " for n, (_, condition) in enumerate(blocking, 1))
        blocked = f"CASE WHEN {text} IS NOT NULL THEN 0 {parents}ELSE 0 END" if blocking else "0"
        return [f"{text} AS t{self.index}", f"{blocked} AS b{self.index}"]

    def lacks_slice(self) -> str:
        """An object whose exact text was never kept: the row was curated before the contract named it."""
        if self.column.type.kind != "object":
            return "false"
        descends = self.source.descends(self.column.path)
        return "false" if descends == "false" else f"({self.source.text(self.column.path)} IS NULL AND {descends})"

    def cast(self) -> str:
        column = self.column
        quoted = self.source.is_quoted(column.path)
        value = cast_value(f"t{self.index}", quoted, column.type, column.timestamp_format)
        return f"nullif({value}, '')" if self._is_blank_missing() and column.type.kind == "string" else value

    def _is_blank_missing(self) -> bool:
        return self.column.is_critical and not self.column.is_blank_allowed

    def is_missing(self) -> str:
        if not self.column.is_critical:
            return "false"
        absent = f"(t{self.index} IS NULL AND b{self.index} = 0)"
        return f"({absent} OR t{self.index} <=> '')" if self._is_blank_missing() else absent

    def is_miscast(self) -> str:
        there = f"t{self.index} IS NOT NULL AND v{self.index} IS NULL AND NOT {self.is_missing()}"
        return f"(b{self.index} > 0 OR ({there}))"

    def is_broken(self, rule: Rule) -> str:
        value = f"v{self.index}"
        return f"({value} IS NOT NULL AND NOT {check_rule(rule, value, self.column.type)})"

    def is_faulty(self) -> str:
        """Shorter than the sum of its parts, as every row evaluates it."""
        value, text = f"v{self.index}", f"t{self.index}"
        if self.column.is_critical:
            unusable = f"{value} IS NULL"
        else:
            unusable = f"({value} IS NULL AND ({text} IS NOT NULL OR b{self.index} > 0))"
        broken = [self.is_broken(rule) for rule in self.column.rules if rule.action != "warn"]
        return _any([unusable, *broken])

    def stopping(self) -> list[str]:
        return [self.is_broken(rule) for rule in self.column.rules if rule.action == "fail"]

    def faults(self) -> list[str]:
        """SQL of arrays, each of one fault or none."""
        text, quoted = f"t{self.index}", self.source.is_quoted(self.column.path)
        kind = _type_name(self.column)
        hint = f" ({self.column.timestamp_format})" if kind == "timestamp" else ""
        no_object = f" is no object, so that {kind} cannot be read"
        blocked = "".join(
            f"WHEN {n} THEN {literal(name + no_object)} "
            for n, (name, _) in enumerate(self.source.blocking(self.column.path), 1)
        )
        other = f"concat('a ', {kind_of(text, quoted)}, {literal(f' that is no {kind}{hint}')})"
        miscast = f"CASE b{self.index} {blocked}ELSE {other} END" if blocked else other
        missing = literal("a critical data element is missing")
        found = [self._fault(self.is_missing(), "CDE_MISSING", None, missing)] if self.column.is_critical else []
        found.append(self._fault(self.is_miscast(), "TYPE_CAST", None, miscast))
        return found + [
            self._fault(self.is_broken(rule), "RULE", rule.name, literal(f"breaks the {rule.kind} rule {rule.name}"))
            for rule in self.column.rules
            if rule.action != "warn"
        ]

    def _fault(self, condition: str, code: str, rule: str | None, detail: str) -> str:
        path = ", ".join(literal(name) for name in self.column.path)
        name = "CAST(NULL AS STRING)" if rule is None else literal(rule)
        fault = (
            f"named_struct('column', {literal(self.column.name)}, 'path', array({path}), "
            f"'code', {literal(code)}, 'rule', {name}, 'detail', {detail})"
        )
        return f"CASE WHEN {condition} THEN array({fault}) ELSE CAST(array() AS array<{FAULT_TYPE}>) END"

    def warnings(self) -> list[tuple[Warning, str]]:
        found: list[tuple[Warning, str]] = []
        if self.column.required and not self.column.is_critical:
            says = f"(t{self.index} IS NULL AND b{self.index} = 0)"
            found.append((Warning(f"w{self.index}", self.column.name, None), says))
        for position, rule in enumerate(self.column.rules):
            if rule.action == "warn":
                warning = Warning(f"w{self.index}_{position}", self.column.name, rule.name)
                found.append((warning, self.is_broken(rule)))
        return found


def _context(source: PayloadColumns) -> list[str]:
    """What the later steps still read of the curated row."""
    return ["quoted"] if source.has_quoted else []


def _type_name(column: ContractColumn) -> str:
    kind = column.type.kind
    return f"decimal({column.type.precision},{column.type.scale})" if kind == "decimal" else kind


def _any(conditions: Sequence[str]) -> str:
    wanted = [condition for condition in conditions if condition != "false"]
    return f"({' OR '.join(wanted)})" if wanted else "false"


def _concat(arrays: Sequence[str]) -> str:
    return f"concat({', '.join(arrays)})"
