"""fakesnow's server with our Iceberg statements in front and JSON rowsets behind."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import re
import uuid
from collections import OrderedDict
from importlib.metadata import version
from typing import Any

import duckdb
import fakesnow.server as fakesnow_server
import sqlglot.errors
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from . import statements
from .account import Account
from .errors import SnowflakeError
from .registry import IcebergTable, Refreshed, Registry
from .rowsets import Answer, encode

log = logging.getLogger("snowflake")
FAKESNOW_VERSION = "0.11.18"
RESULTS_MAX = 100
_HISTORY = re.compile(
    r"TABLE\s*\(\s*(?:(?:\"[^\"]+\"|\w+)\s*\.\s*)?(?:\"INFORMATION_SCHEMA\"|INFORMATION_SCHEMA)\s*\.\s*"
    r"ICEBERG_TABLE_SNAPSHOT_REFRESH_HISTORY\s*\(\s*TABLE_NAME\s*=>\s*'((?:[^']|'')+)'\s*\)\s*\)",
    re.I,
)
_NEW_SCHEMA = re.compile(r"\s*create\s+(?:or\s+replace\s+)?schema\s+(?:if\s+not\s+exists\s+)?(\S+)", re.I)
_HISTORY_COLUMNS = (
    ("REFRESHED_ON", "TIMESTAMP_LTZ"),
    ("METADATA_FILE_NAME", "VARCHAR"),
    ("SNAPSHOT_ID", "VARCHAR"),
    ("SEQUENCE_NUMBER", "VARCHAR"),
    ("ICEBERG_SCHEMA_ID", "VARCHAR"),
    ("QUERY_ID", "VARCHAR"),
    ("IS_CURRENT_SNAPSHOT", "BOOLEAN"),
    ("SNAPSHOT_SUMMARY", "VARCHAR"),
)


class Server:
    """The HTTP side: sessions and SQL are fakesnow's, statements about Iceberg the account's."""

    def __init__(self, account: Account, registry: Registry) -> None:
        self.account, self.registry = account, registry
        self.results: OrderedDict[str, dict[str, Any]] = OrderedDict()
        _answer_in_json()

    def application(self) -> Starlette:
        """The routes that drivers call."""
        own = [
            Route("/queries/v1/query-request", self.query, methods=["POST"]),
            Route("/queries/{id}/result", self.result, methods=["GET"]),
            Route("/session/heartbeat", fakesnow_server.session, methods=["POST"]),
        ]
        kept = [route for route in fakesnow_server.routes if route.path != "/queries/v1/query-request"]
        return Starlette(routes=[*own, *kept])

    async def query(self, request: Request) -> JSONResponse:
        """One statement."""
        body = await request.body()
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        content = json.loads(body)
        try:
            connection = fakesnow_server.to_conn(fakesnow_server.to_token(request))
        except fakesnow_server.ServerError as error:
            return JSONResponse({"data": None, "code": error.code, "message": error.message, "success": False}, 401)
        try:
            sql = str(content["sqlText"])
            if statements.is_ours(sql):
                bindings = content.get("bindings") or {}
                values = [str(bindings[place]["value"]) for place in sorted(bindings, key=int)]
                statement = statements.parse(sql, values)
                answer = await run_in_threadpool(self.account.run, statement, connection.database, connection.schema)
                return self._remember(_success(answer, connection))
            content["sqlText"] = self._with_history(sql, connection)
            response = await fakesnow_server.query_request(_with_body(request, content))
            if json.loads(response.body).get("success"):
                self._note_schema(sql, connection)
            return self._remember(_as_json(json.loads(response.body)))
        except SnowflakeError as error:
            return _failure(error)
        except duckdb.Error as error:
            return _failure(SnowflakeError("091300", "22000", str(error)[:400]))
        except sqlglot.errors.ParseError as error:
            # fakesnow answers 500 here, and the Node driver would try again for minutes.
            text = re.sub(r"\x1b\[\d+m", "", str(error))
            return _failure(SnowflakeError("001003", "42000", f"SQL compilation error:\n{text[:300]}"))

    async def result(self, request: Request) -> JSONResponse:
        """The result of an earlier statement."""
        missing = {"success": False, "code": "000709", "message": "Statement not found", "data": {"sqlState": "02000"}}
        return JSONResponse(self.results.get(request.path_params["id"], missing))

    def _remember(self, body: dict[str, Any]) -> JSONResponse:
        if body.get("success") and body["data"].get("queryId"):
            self.results[body["data"]["queryId"]] = body
            while len(self.results) > RESULTS_MAX:
                self.results.popitem(last=False)
        return JSONResponse(body)

    def _with_history(self, sql: str, connection: Any) -> str:
        """The refresh history's table function as a table of values, so that fakesnow runs the rest of the query."""

        def values(found: re.Match[str]) -> str:
            name = found.group(1).replace("''", "'")
            table = self.account.history(name, connection.database, connection.schema)
            rows = [_history_row(table, one) for one in table.history]
            selects = [
                ", ".join(
                    f'CAST({_literal(value)} AS {kind}) AS "{column}"'
                    for value, (column, kind) in zip(row, _HISTORY_COLUMNS, strict=True)
                )
                for row in rows
            ]
            return "(" + " UNION ALL ".join(f"SELECT {one}" for one in selects) + ")"

        return _HISTORY.sub(values, sql)

    def _note_schema(self, sql: str, connection: Any) -> None:
        found = _NEW_SCHEMA.match(sql)
        if found is None:
            return
        names = statements.name_parts(found.group(1).rstrip(";"))
        database = names[0] if len(names) == 2 else connection.database
        if database:
            with self.registry.lock:
                self.registry.schemas.add((str(database), names[-1]))
                self.registry.save()


def assert_version() -> None:
    """We replace parts of fakesnow: another version is an error that says so (RuntimeError)."""
    found = version("fakesnow")
    if found != FAKESNOW_VERSION:
        raise RuntimeError(f"fakesnow changed: {found} is installed, {FAKESNOW_VERSION} is what the stand-in knows")
    for name in ("to_sf", "to_ipc", "query_request", "shared_fs", "sessions", "routes"):
        if not hasattr(fakesnow_server, name):
            raise RuntimeError(f"fakesnow changed: fakesnow.server.{name} is gone")


def _answer_in_json() -> None:
    """fakesnow turns every result into Arrow by these two functions: make them give a JSON rowset instead."""

    def to_ipc(pair: tuple[Any, list[dict[str, Any]]]) -> bytes:
        table, rowtype = pair
        columns = [
            [encode(value, str(described["type"]).lower()) for value in column.to_pylist()]
            for column, described in zip(table.columns, rowtype, strict=True)
        ]
        return json.dumps(list(zip(*columns, strict=True))).encode()

    fakesnow_server.to_sf = lambda table, rowtype: (table, rowtype)
    fakesnow_server.to_ipc = to_ipc


def _as_json(body: dict[str, Any]) -> dict[str, Any]:
    data = body.get("data")
    if not data:
        # An unsupported statement; with a SQL state the driver reports it instead of trying again.
        return {**body, "data": {"errorCode": body.get("code"), "sqlState": "XX000"}, "success": False}
    if data.get("queryResultFormat") == "arrow":
        encoded = data.pop("rowsetBase64")
        data["queryResultFormat"] = "json"
        data["rowset"] = json.loads(base64.b64decode(encoded)) if encoded else []
    if "rowset" in data:
        data["returned"] = len(data["rowset"])
    return body


def _success(answer: Answer, connection: Any) -> dict[str, Any]:
    rowset = answer.rowset()
    data = {
        "parameters": [{"name": "TIMEZONE", "value": "Etc/UTC"}],
        "rowtype": [column.rowtype() for column in answer.columns],
        "rowset": rowset,
        "total": len(rowset),
        "returned": len(rowset),
        "queryId": str(uuid.uuid4()),
        "queryResultFormat": "json",
        "statementTypeId": 4096,
        "finalDatabaseName": connection.database,
        "finalSchemaName": connection.schema,
    }
    return {"data": data, "success": True, "code": None, "message": None}


def _failure(error: SnowflakeError) -> JSONResponse:
    data = {"errorCode": error.code, "sqlState": error.state, "queryId": str(uuid.uuid4())}
    return JSONResponse({"data": data, "code": error.code, "message": str(error), "success": False})


def _history_row(table: IcebergTable, one: Refreshed) -> tuple[Any, ...]:
    is_current = one is table.current
    return one.at, one.location, one.snapshot, one.sequence, one.schema, one.query_id, is_current, one.summary


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def _with_body(request: Request, content: dict[str, Any]) -> Request:
    """The same request with another body, not compressed."""
    body = json.dumps(content).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(name, value) for name, value in request.scope["headers"] if name != b"content-encoding"]
    return Request({**request.scope, "headers": headers}, receive)
