"""
SQL that casts a payload's text to a column's type, or gives NULL: Spark's half of `cast-value.ts`.

Both halves answer the same golden vectors. Nothing here throws under ANSI, rounds, trims or guesses. The first branch
of each CASE is what nearly every value takes; the exact arithmetic behind it sees fractions, exponents, long zeros.
"""

from __future__ import annotations

from lean_ops.names import literal
from lean_ops.plan import ColumnType, TimestampFormat

_WHOLE = r"\A-?[0-9]+\z"
_PLAIN = r"\A-?[0-9]+(\.[0-9]+)?\z"
_JSON_NUMBER = r"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z"
_ANY_NUMBER = r"\A-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\z"
_DATE = r"\A(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_TIMESTAMP = rf"\A(?!0000)[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ]{_TIME}:[0-5][0-9](\.[0-9]{{1,6}})?([Zz]|[+-]{_TIME})\z"
_PLACES: dict[TimestampFormat, int] = {"epochSeconds": 6, "epochMillis": 3, "epochMicros": 0}
# Years 1 to 9999.
_MICROS_MIN, _MICROS_MAX = -62_135_596_800_000_000, 253_402_300_799_999_999
_LIMITS = {"DOUBLE": "1.7976931348623157E308D", "FLOAT": "CAST('3.4028234663852886E38' AS FLOAT)"}


def sql_type(column_type: ColumnType) -> str:
    """The type that values of a column have in Spark; objects and arrays are kept as their text."""
    match column_type.kind:
        case "decimal":
            return f"DECIMAL({column_type.precision},{column_type.scale})"
        case "timestamp":
            return "TIMESTAMP_NTZ"
        case "long":
            return "BIGINT"
        case "object" | "array":
            return "STRING"
        case kind:
            return kind.upper()


def cast_value(text: str, is_quoted: str, column_type: ColumnType, timestamp_format: TimestampFormat) -> str:
    """
    `text`: SQL of the value's text (strings decoded, the rest as written), cheap as it is repeated. `is_quoted`: SQL of
    "the producer wrote a string whose text reads as another kind of JSON". The result has `sql_type`.
    """
    match column_type.kind:
        case "object":
            return f"CASE WHEN startswith({text}, '{{') AND NOT {is_quoted} THEN {text} END"
        case "array":
            return f"CASE WHEN startswith({text}, '[') AND NOT {is_quoted} THEN {text} END"
        case "string":
            return f"CASE WHEN NOT (startswith({text}, '{{') OR startswith({text}, '[')) OR {is_quoted} THEN {text} END"
        case "boolean":
            return f"CASE {text} WHEN 'true' THEN true WHEN 'false' THEN false END"
        case "long" | "int":
            return _cast_whole(text, is_quoted, sql_type(column_type))
        case "decimal":
            return _cast_decimal(text, is_quoted, column_type.precision or 0, column_type.scale or 0)
        case "double" | "float":
            return _cast_floating(text, sql_type(column_type))
        case "date":
            return f"CASE WHEN {_like(text, _DATE)} THEN try_cast({text} AS DATE) END"
        case "timestamp" if timestamp_format == "rfc3339":
            return _cast_timestamp(text)
        case _:
            return _cast_epoch(text, is_quoted, _PLACES[timestamp_format])


def is_json_number(text: str) -> str:
    """SQL: the text is a number as JSON writes it."""
    return _like(text, _JSON_NUMBER)


def _cast_whole(text: str, is_quoted: str, target: str) -> str:
    exact = _if_exact(text, 19, 0, f"try_cast(try_cast({text} AS DECIMAL(19,0)) AS {target})", f"CAST(0 AS {target})")
    return (
        f"CASE WHEN {_like(text, _WHOLE)} THEN try_cast({text} AS {target}) "
        f"WHEN {is_json_number(text)} AND NOT {is_quoted} THEN {exact} END"
    )


def _cast_decimal(text: str, is_quoted: str, precision: int, scale: int) -> str:
    whole = precision - scale
    target = f"DECIMAL({precision},{scale})"
    # `(?=[0-9])` because no digit before the point may count where precision = scale.
    fraction = rf"(\.[0-9]{{1,{scale}}})?" if scale > 0 else ""
    fits = rf"\A-?(?=[0-9])0*[0-9]{{0,{whole}}}{fraction}\z"
    exact = _if_exact(text, whole, scale, f"try_cast({text} AS {target})", f"CAST(0 AS {target})")
    return (
        f"CASE WHEN {_like(text, fits)} THEN try_cast({text} AS {target}) "
        f"WHEN {_is_number_or_plain(text, is_quoted)} THEN {exact} END"
    )


def _cast_floating(text: str, target: str) -> str:
    # A float is the double's nearest float, as in JavaScript; adding 0 makes -0 one value with 0.
    value = f"try_cast({text} AS DOUBLE)" if target == "DOUBLE" else f"CAST(try_cast({text} AS DOUBLE) AS FLOAT)"
    zero, limit = f"CAST(0 AS {target})", _LIMITS[target]
    return f"CASE WHEN {_like(text, _ANY_NUMBER)} AND abs({value}) <= {limit} THEN {value} + {zero} END"


def _cast_timestamp(text: str) -> str:
    local = f"try_cast(translate(substr({text}, 1, length({text}) - 6), 'Tt', '  ') AS TIMESTAMP_NTZ)"
    sign = f"CASE substr({text}, -6, 1) WHEN '-' THEN 1 ELSE -1 END"
    hours, minutes = f"CAST(substr({text}, -5, 2) AS INT)", f"CAST(substr({text}, -2) AS INT)"
    shifted = f"{local} + make_dt_interval(0, {sign} * {hours}, {sign} * {minutes}, 0)"
    first, last = "TIMESTAMP_NTZ'0001-01-01 00:00:00'", "TIMESTAMP_NTZ'9999-12-31 23:59:59.999999'"
    return (
        f"CASE WHEN NOT {_like(text, _TIMESTAMP)} THEN NULL "
        f"WHEN right({text}, 1) IN ('Z', 'z') THEN try_cast(translate({text}, 'TtZz', '  ') AS TIMESTAMP_NTZ) "
        f"WHEN {shifted} BETWEEN {first} AND {last} THEN {shifted} END"
    )


def _cast_epoch(text: str, is_quoted: str, places: int) -> str:
    digits = 18 - places
    short = rf"\A-?[0-9]{{1,{digits}}}\z"
    shifted = f"concat({_mantissa(text)}, 'e', CAST({_exponent(text)} + {places} AS STRING))"
    exact = _if_exact(text, digits, places, f"try_cast(try_cast({shifted} AS DECIMAL(18,0)) AS BIGINT)", "0L")
    micros = (
        f"CASE WHEN {_like(text, short)} THEN try_cast({text} AS BIGINT) * {10**places}L "
        f"WHEN {_is_number_or_plain(text, is_quoted)} THEN {exact} END"
    )
    moment = f"CAST(timestamp_micros({micros}) AS TIMESTAMP_NTZ)"
    return f"CASE WHEN ({micros}) BETWEEN {_MICROS_MIN}L AND {_MICROS_MAX}L THEN {moment} END"


def _is_number_or_plain(text: str, is_quoted: str) -> str:
    return f"({_like(text, _PLAIN)} OR ({is_json_number(text)} AND NOT {is_quoted}))"


def _if_exact(text: str, whole: int, scale: int, value: str, zero: str) -> str:
    """`value` if the number has at most `whole` digits before the point and `scale` after, end zeros aside."""
    digits = f"trim(LEADING '0' FROM translate({_mantissa(text)}, '-.', ''))"
    significant = f"length(trim(TRAILING '0' FROM {digits}))"
    # A text whose exponent is no INT is far out of every range, unless it is a zero.
    power = f"({_exponent(text)} - {_decimals(text)} + length({digits}) - {significant})"
    return (
        f"CASE WHEN {significant} = 0 THEN {zero} "
        f"WHEN -{power} <= {scale} AND {significant} + {power} <= {whole} THEN {value} END"
    )


def _mantissa(text: str) -> str:
    return f"substring_index(lower({text}), 'e', 1)"


def _exponent(text: str) -> str:
    written = f"try_cast(substring_index(lower({text}), 'e', -1) AS INT)"
    return f"CAST(CASE WHEN instr(lower({text}), 'e') > 0 THEN {written} ELSE 0 END AS BIGINT)"


def _decimals(text: str) -> str:
    mantissa = _mantissa(text)
    return f"(CASE WHEN instr({mantissa}, '.') > 0 THEN length({mantissa}) - instr({mantissa}, '.') ELSE 0 END)"


def _like(text: str, pattern: str) -> str:
    return f"{text} RLIKE {literal(pattern)}"
