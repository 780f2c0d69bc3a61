"""A payload against a contract: values in canonical text, and every failing field."""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

from proof.history import Contract
from proof.model.read_json import Cell

_rfc3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_digits = re.compile(r"-?\d+", re.ASCII)
_plain = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_json_number = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_epoch_places = {"epochSeconds": 6, "epochMillis": 3, "epochMicros": 0}
_fault_order = ["CDE_MISSING", "TYPE_CAST", "RULE"]


@dataclass(frozen=True)
class Fault:
    column: str
    code: str
    rule: str | None


@dataclass(frozen=True)
class Verdict:
    values: dict[str, str | None]
    faults: tuple[Fault, ...]
    warnings: tuple[tuple[str, str | None], ...]
    stops_pass: bool

    @property
    def code(self) -> str | None:
        return next((code for code in _fault_order if any(f.code == code for f in self.faults)), None)


def judge(payload: Cell, contract: Contract) -> Verdict:
    """Cast first, then critical elements, then rules; one fault per column, except that each broken rule counts."""
    values: dict[str, str | None] = {}
    faults: list[Fault] = []
    warnings: list[tuple[str, str | None]] = []
    stops_pass = False
    for column in contract["columns"]:
        name = column["name"]
        code, value = cast_column(payload, column)
        values[name] = value
        if code is not None:
            faults.append(Fault(name, code, None))
        elif value is None:
            if column["required"]:
                warnings.append((name, None))
        else:
            for rule in column["rules"]:
                if keeps_rule(rule, value, column["type"]["kind"]):
                    continue
                if rule["action"] == "warn":
                    warnings.append((name, rule["name"]))
                else:
                    faults.append(Fault(name, "RULE", rule["name"]))
                stops_pass = stops_pass or rule["action"] == "fail"
    return Verdict(values, tuple(faults), tuple(warnings), stops_pass)


def cast_column(payload: Cell, column: dict[str, Any]) -> tuple[str | None, str | None]:
    """(code of the fault, canonical text)."""
    cell: Cell | None = payload
    for name in column["path"]:
        if cell is None or cell.kind == "null":
            break
        if cell.kind != "object":
            return "TYPE_CAST", None
        cell = cell.members.get(name)
    is_blank = cell is not None and cell.kind == "string" and cell.text == ""
    if cell is None or cell.kind == "null" or (is_blank and column["isCritical"] and not column["isBlankAllowed"]):
        return ("CDE_MISSING" if column["isCritical"] else None), None
    value = cast_cell(cell, column["type"], column["timestampFormat"])
    return (None, value) if value is not None else ("TYPE_CAST", None)


def cast_cell(cell: Cell, kind: dict[str, Any], timestamp_format: str = "rfc3339") -> str | None:
    text = cell.text
    is_text = cell.kind == "string"
    match kind["kind"]:
        case "object" | "array":
            return text if cell.kind == kind["kind"] else None
        case "string":
            return text if cell.kind not in ("object", "array") else None
        case "boolean":
            return text if cell.kind in ("string", "boolean") and text in ("true", "false") else None
        case "date":
            return _date(text) if is_text else None
        case "timestamp" if timestamp_format == "rfc3339":
            return _timestamp(text) if is_text else None
    if cell.kind not in ("string", "number"):
        return None
    match kind["kind"]:
        case "long" | "int":
            bound = 2 ** (63 if kind["kind"] == "long" else 31)
            whole = _fixed(text, 19, 0) if _digits.fullmatch(text) or not is_text else None
            return whole if whole is not None and -bound <= int(whole) < bound else None
        case "decimal":
            shape = (kind["precision"] - kind["scale"], kind["scale"])
            return _fixed(text, *shape) if _plain.fullmatch(text) or not is_text else None
        case "timestamp":
            places = _epoch_places[timestamp_format]
            micros = _fixed(text, 18, 0, places) if _plain.fullmatch(text) or not is_text else None
            return _epoch(int(micros)) if micros is not None else None
        case "double" | "float":
            return _floating(text, kind["kind"])
    raise ValueError(kind["kind"])


def _exact(text: str) -> tuple[int, int]:
    """(unscaled, exponent) with no zero at the end of unscaled."""
    mantissa, _, power = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).rstrip("0")
    exponent = int(power or 0) - len(fraction) + len(whole + fraction) - len(digits)
    return (int(digits), exponent) if digits.strip("-0") else (0, 0)


def _fixed(text: str, whole_digits: int, scale: int, shift: int = 0) -> str | None:
    """Plain text with `scale` places; None rather than rounded."""
    unscaled, exponent = _exact(text)
    exponent += shift if unscaled else 0
    if -exponent > scale or (unscaled and len(str(abs(unscaled))) + exponent > whole_digits):
        return None
    return f"{Decimal(unscaled * 10 ** (exponent + scale)).scaleb(-scale, _context):.{scale}f}"


_context = Context(prec=80)


def _floating(text: str, kind: str) -> str | None:
    if not _json_number.fullmatch(text):
        return None
    value = float(text)
    if kind == "float":
        try:
            value = struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return None
    return repr(value + 0.0 if value else 0.0) if math.isfinite(value) else None


def _date(text: str) -> str | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    return text


def _timestamp(text: str) -> str | None:
    match = _rfc3339.fullmatch(text)
    if match is None or _date(match[1]) is None:
        return None
    hour, minute, second = int(match[2]), int(match[3]), int(match[4])
    zone_hours, zone_minutes = int(match[7] or 0), int(match[8] or 0)
    if hour > 23 or minute > 59 or second > 59 or zone_hours > 23 or zone_minutes > 59:
        return None
    offset = timedelta(hours=zone_hours, minutes=zone_minutes) * (-1 if match[6] == "-" else 1)
    local = datetime.fromisoformat(match[1]).replace(hour=hour, minute=minute, second=second)
    try:
        return _canonical(local + timedelta(microseconds=int((match[5] or "").ljust(6, "0"))) - offset)
    except OverflowError:
        return None


def _epoch(micros: int) -> str | None:
    try:
        return _canonical(datetime(1970, 1, 1) + timedelta(microseconds=micros))
    except OverflowError:
        return None


def _canonical(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def keeps_rule(rule: dict[str, Any], value: str, kind: str) -> bool:
    """Bounds inclusive, enums exact, patterns over the whole value, lengths in code points."""
    match rule["kind"]:
        case "range":
            low, high = rule["minimum"], rule["maximum"]
            at = sort_key(value, kind)
            return (low is None or sort_key(low, kind) <= at) and (high is None or at <= sort_key(high, kind))
        case "enum":
            return value in rule["values"]
        case "pattern":
            return re.fullmatch(rule["pattern"], value) is not None
        case "length":
            return (rule["minimum"] or 0) <= len(value) <= (len(value) if rule["maximum"] is None else rule["maximum"])
    raise ValueError(rule["kind"])


def sort_key(value: str, kind: str) -> Any:
    """Canonical text → something that sorts by value."""
    return Decimal(value) if kind in ("int", "long", "decimal", "float", "double") else value
