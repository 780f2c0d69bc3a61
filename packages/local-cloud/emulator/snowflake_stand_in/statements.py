"""The statements about Iceberg tables that Snowflake documents and we understand; everything else is fakesnow's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .errors import syntax_error


@dataclass(frozen=True)
class Create:
    """CREATE ICEBERG TABLE, CATALOG INTEGRATION or EXTERNAL VOLUME."""

    kind: Literal["ICEBERG TABLE", "CATALOG INTEGRATION", "EXTERNAL VOLUME"]
    name: tuple[str, ...]
    options: dict[str, str]
    may_exist: bool
    is_replaced: bool


@dataclass(frozen=True)
class Refresh:
    """ALTER ICEBERG TABLE … REFRESH."""

    name: tuple[str, ...]


@dataclass(frozen=True)
class SetOption:
    """ALTER … SET one option."""

    kind: Literal["ICEBERG TABLE", "CATALOG INTEGRATION"]
    name: tuple[str, ...]
    option: str
    value: str


@dataclass(frozen=True)
class Drop:
    """DROP [ICEBERG] TABLE."""

    name: tuple[str, ...]
    may_be_missing: bool


@dataclass(frozen=True)
class Show:
    """SHOW ICEBERG TABLES; the scope is none to two names, `like` a pattern with % and _."""

    scope: tuple[str, ...]
    like: str | None


@dataclass(frozen=True)
class Describe:
    """DESCRIBE CATALOG INTEGRATION."""

    name: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """SELECT SYSTEM$…('argument')."""

    function: str
    argument: str
    column: str


Statement = Create | Refresh | SetOption | Drop | Show | Describe | Call

_FUNCTIONS = ("AUTO_REFRESH_STATUS", "GET_ICEBERG_TABLE_INFORMATION", "VERIFY_CATALOG_INTEGRATION")
_OURS = re.compile(
    r"\s*(?:(?:create|alter|drop|show|desc|describe)\b.*\b(?:iceberg|catalog\s+integration|external\s+volume)\b"
    rf"|select\s+system\$(?:{'|'.join(_FUNCTIONS)})\b)",
    re.I | re.S,
)
_TOKEN = re.compile(
    r"\s*(?:(?P<id>\"(?:[^\"]|\"\")+\")|(?P<text>'(?:[^'\\]|''|\\.)*')|(?P<word>[A-Za-z_][\w$]*)|(?P<number>\d+)"
    r"|(?P<sign>[=().,]))",
    re.S,
)
# Option names by statement, as documented.
_OPTIONS = {
    "ICEBERG TABLE": {
        *("EXTERNAL_VOLUME", "CATALOG", "CATALOG_NAMESPACE", "CATALOG_TABLE_NAME", "AUTO_REFRESH", "COMMENT"),
        "REPLACE_INVALID_CHARACTERS",
    },
    "CATALOG INTEGRATION": {
        *("CATALOG_SOURCE", "TABLE_FORMAT", "CATALOG_NAMESPACE", "ENABLED", "REFRESH_INTERVAL_SECONDS", "COMMENT"),
        *("GLUE_AWS_ROLE_ARN", "GLUE_CATALOG_ID", "GLUE_REGION", "REST_CONFIG", "REST_AUTHENTICATION"),
        *("CATALOG_URI", "CATALOG_API_TYPE", "CATALOG_NAME", "ACCESS_DELEGATION_MODE"),
        *("TYPE", "SIGV4_IAM_ROLE", "SIGV4_SIGNING_REGION", "SIGV4_EXTERNAL_ID"),
    },
    "EXTERNAL VOLUME": {
        *("STORAGE_LOCATIONS", "NAME", "STORAGE_PROVIDER", "STORAGE_BASE_URL", "STORAGE_AWS_ROLE_ARN"),
        *("STORAGE_AWS_EXTERNAL_ID", "ALLOW_WRITES", "COMMENT"),
    },
}


def is_ours(sql: str) -> bool:
    """Whether the statement is about Iceberg tables or what belongs to them."""
    return _OURS.match(sql) is not None


def parse(sql: str, bindings: list[str]) -> Statement:
    """The statement (SnowflakeError for what Snowflake does not have); `?` stands for the next binding."""
    return _Parser(sql, bindings).statement()


class _Parser:
    def __init__(self, sql: str, bindings: list[str]) -> None:
        self.bindings = iter(bindings)
        self.tokens: list[tuple[str, str]] = []
        text = sql.strip().rstrip(";")
        at = 0
        while at < len(text):
            if text[at:].lstrip().startswith("?"):
                at = text.index("?", at) + 1
                self.tokens.append(("text", next(self.bindings, "")))
                continue
            found = _TOKEN.match(text, at)
            if found is None:
                raise syntax_error(f"syntax error at position {at} near '{text[at : at + 20]}'.")
            kind = str(found.lastgroup)
            self.tokens.append((kind, _value(kind, found.group(kind))))
            at = found.end()
        self.at = 0

    def statement(self) -> Statement:
        found = self._any_statement()
        if self.at < len(self.tokens):
            raise self.unexpected()
        return found

    def _any_statement(self) -> Statement:
        if self.take("CREATE"):
            return self.create()
        if self.take("ALTER"):
            return self.alter()
        if self.take("DROP"):
            self.take("ICEBERG")
            self.need("TABLE")
            may_be_missing = self.take("IF", "EXISTS")
            return Drop(self.name(), may_be_missing)
        if self.take("SHOW"):
            self.need("ICEBERG", "TABLES")
            return self.show()
        if self.take("DESC") or self.take("DESCRIBE"):
            self.need("CATALOG", "INTEGRATION")
            return Describe(self.name())
        self.need("SELECT")
        return self.call()

    def create(self) -> Create:
        is_replaced = self.take("OR", "REPLACE")
        kind: Literal["ICEBERG TABLE", "CATALOG INTEGRATION", "EXTERNAL VOLUME"]
        if self.take("ICEBERG", "TABLE"):
            kind = "ICEBERG TABLE"
        elif self.take("CATALOG", "INTEGRATION"):
            kind = "CATALOG INTEGRATION"
        elif self.take("EXTERNAL", "VOLUME"):
            kind = "EXTERNAL VOLUME"
        else:
            raise self.unexpected()
        may_exist = self.take("IF", "NOT", "EXISTS")
        return Create(kind, self.name(), self.options(kind), may_exist, is_replaced)

    def alter(self) -> Refresh | SetOption:
        kind: Literal["ICEBERG TABLE", "CATALOG INTEGRATION"]
        if self.take("ICEBERG", "TABLE"):
            kind = "ICEBERG TABLE"
        else:
            self.need("CATALOG", "INTEGRATION")
            kind = "CATALOG INTEGRATION"
        self.take("IF", "EXISTS")
        name = self.name()
        if kind == "ICEBERG TABLE" and self.take("REFRESH"):
            return Refresh(name)
        self.need("SET")
        known = {"ICEBERG TABLE": "AUTO_REFRESH", "CATALOG INTEGRATION": "REFRESH_INTERVAL_SECONDS"}
        option = known[kind]
        self.need(option)
        self.sign("=")
        return SetOption(kind, name, option, self.literal())

    def show(self) -> Show:
        like = self.literal() if self.take("LIKE") else None
        if not self.take("IN"):
            return Show((), like)
        if self.take("ACCOUNT"):
            return Show((), like)
        if not self.take("DATABASE"):
            self.take("SCHEMA")
        return Show(self.name(), like)

    def call(self) -> Call:
        kind, word = self.next()
        function = word.upper().removeprefix("SYSTEM$")
        if kind != "word" or function not in _FUNCTIONS:
            raise self.unexpected()
        self.sign("(")
        argument = self.literal()
        self.sign(")")
        column = f"{word.upper()}('{argument}')"
        if self.take("AS"):
            column = self.identifier()
        return Call(function, argument, column)

    def options(self, kind: str) -> dict[str, str]:
        """`NAME = value` with nested parentheses flattened: their names are unique in each statement."""
        found: dict[str, str] = {}
        while self.at < len(self.tokens):
            if self.tokens[self.at] in (("sign", "("), ("sign", ")"), ("sign", ",")):
                self.at += 1
                continue
            word = self.next()
            if word[0] != "word" or word[1].upper() not in _OPTIONS[kind]:
                raise syntax_error(f"invalid property '{word[1]}' for '{kind}'.")
            self.sign("=")
            if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", "("):
                continue
            found[word[1].upper()] = self.literal()
        return found

    def name(self) -> tuple[str, ...]:
        parts = [self.identifier()]
        while self.at < len(self.tokens) and self.tokens[self.at] == ("sign", "."):
            self.at += 1
            parts.append(self.identifier())
        return tuple(parts)

    def identifier(self) -> str:
        kind, value = self.next()
        if kind == "id":
            return value
        if kind != "word":
            raise self.unexpected()
        return value.upper()

    def literal(self) -> str:
        kind, value = self.next()
        if kind not in ("text", "number", "word"):
            raise self.unexpected()
        return value

    def take(self, *words: str) -> bool:
        found = [value.upper() for kind, value in self.tokens[self.at : self.at + len(words)] if kind == "word"]
        if found != list(words):
            return False
        self.at += len(words)
        return True

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise self.unexpected()

    def sign(self, sign: str) -> None:
        if self.next() != ("sign", sign):
            raise self.unexpected()

    def next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise syntax_error("unexpected end of the statement.")
        self.at += 1
        return self.tokens[self.at - 1]

    def unexpected(self) -> Exception:
        near = " ".join(value for _, value in self.tokens[max(0, self.at - 1) : self.at + 3])
        return syntax_error(f"syntax error, unexpected '{near}'.")


def _value(kind: str, text: str) -> str:
    if kind == "id":
        return text[1:-1].replace('""', '"')
    if kind == "text":
        return re.sub(r"\\(.)", r"\1", text[1:-1].replace("''", "'"), flags=re.S)
    return text


def name_parts(text: str) -> tuple[str, ...]:
    """A name given as text, e.g. `db."Schema".t`."""
    return tuple(
        part[1:-1].replace('""', '"') if part.startswith('"') else part.upper()
        for part in re.findall(r'"(?:[^"]|"")+"|[\w$]+', text)
    )
