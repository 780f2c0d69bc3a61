"""What the statements do: tables that show one metadata file each, refreshed by hand or by a poller."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from . import statements as st
from .errors import SnowflakeError, exists, not_found
from .lake import Head, Lake, view_sql
from .registry import IcebergTable, Refreshed, Registry
from .rowsets import Answer, Column, text_columns

# After so many failed looks in a row automatic refresh gives up; before, it is STALLED and goes on trying.
FAILURES_MAX = 3
AUTOMATIC = "automated-refresh"
DONE = "Statement executed successfully."
_SHOWN = (
    "name database_name schema_name owner external_volume_name catalog_name iceberg_table_type catalog_table_name "
    "catalog_namespace can_write_metadata comment base_location owner_role_type catalog_sync_name auto_refresh_status"
)


class Account:
    """The Iceberg side of one Snowflake account; `duck` gives a DuckDB connection to fakesnow's database."""

    def __init__(self, registry: Registry, lake: Lake, duck: Callable[[], Any]) -> None:
        self.registry, self.lake, self.duck = registry, lake, duck

    def run(self, statement: st.Statement, database: str | None, schema: str | None) -> Answer:
        """Execute in the session's database and schema (SnowflakeError)."""
        with self.registry.lock:
            match statement:
                case st.Create(kind="ICEBERG TABLE"):
                    answer = self._create_table(statement, database, schema)
                case st.Create():
                    answer = self._create_object(statement)
                case st.Refresh():
                    answer = self._refresh(self._table(statement.name, database, schema))
                case st.SetOption(kind="ICEBERG TABLE"):
                    self._set_auto_refresh(self._table(statement.name, database, schema), statement.value)
                    answer = status(DONE)
                case st.SetOption():
                    self._integration(statement.name)[statement.option] = statement.value
                    answer = status(DONE)
                case st.Drop():
                    answer = self._drop(statement, database, schema)
                case st.Show():
                    return self._show(statement, database, schema)
                case st.Describe():
                    return self._describe(statement)
                case st.Call():
                    return self._call(statement, database, schema)
            self.registry.save()
            return answer

    def restore(self, use_schema: Callable[[str, str], None]) -> None:
        """Make schemas and views again after a start."""
        for database, schema in sorted(self.registry.schemas):
            use_schema(database, schema)
        for table in self.registry.tables.values():
            if table.current is None:
                continue
            try:
                self._point_at(table, table.current.location)
            except Exception as error:
                self._failed(table, f"{type(error).__name__}: {error}"[:400])

    def poll_for_ever(self, seconds: float) -> None:
        """Refresh what refreshes automatically, until the process ends."""
        while True:
            time.sleep(seconds)
            for key in list(self.registry.tables):
                self._poll(key)

    def _poll(self, key: str) -> None:
        table = self.registry.tables.get(key)
        if table is None or not table.is_auto or table.state == "STOPPED":
            return
        try:
            # Without the lock: the catalog may take its time.
            head = self.lake.head(table.namespace, table.catalog_table)
            with self.registry.lock:
                if self.registry.tables.get(key) is table and table.is_auto:
                    self._take(table, head, AUTOMATIC)
                    self.registry.save()
        except Exception as error:
            with self.registry.lock:
                self._failed(table, f"{type(error).__name__}: {error}"[:400])
                self.registry.save()

    def _failed(self, table: IcebergTable, reason: str) -> None:
        table.failures += 1
        table.reason = reason
        table.state = "STOPPED" if table.failures >= FAILURES_MAX else "STALLED"
        table.checked = _now()

    def _take(self, table: IcebergTable, head: Head, query_id: str) -> None:
        """Show this metadata from now on."""
        if table.current is None or table.current.location != head.location:
            self._point_at(table, head.location)
            table.history.append(
                Refreshed(
                    at=_now(),
                    location=head.location,
                    snapshot=head.snapshot,
                    schema=head.schema,
                    sequence=head.sequence,
                    summary=json.dumps(head.summary),
                    query_id=query_id,
                )
            )
        table.state, table.reason, table.failures, table.checked = "RUNNING", "", 0, _now()

    def _point_at(self, table: IcebergTable, location: str) -> None:
        connection = self.duck()
        connection.execute(view_sql(connection, table.quoted, location))

    def _create_table(self, statement: st.Create, database: str | None, schema: str | None) -> Answer:
        database, schema, name = _full(statement.name, database, schema)
        options = statement.options
        key = f"{database}.{schema}.{name}"
        if key in self.registry.tables and not statement.is_replaced:
            if statement.may_exist:
                return status(f"{name} already exists, statement succeeded.")
            raise exists(key)
        if (database, schema) not in self.registry.schemas:
            raise not_found("Schema", f"{database}.{schema}")
        if "CATALOG_TABLE_NAME" not in options:
            raise SnowflakeError("002029", "42601", "SQL compilation error:\nMissing option(s): [CATALOG_TABLE_NAME].")
        catalog = options.get("CATALOG", "").upper()
        integration = self._integration((catalog,))
        volume = options.get("EXTERNAL_VOLUME", "")
        if volume and volume.upper() not in self.registry.volumes:
            raise not_found("External volume", volume)
        table = IcebergTable(
            database=database,
            schema=schema,
            name=name,
            namespace=options.get("CATALOG_NAMESPACE") or integration.get("CATALOG_NAMESPACE", "default"),
            catalog_table=options["CATALOG_TABLE_NAME"],
            catalog=catalog,
            volume=volume,
            is_auto=options.get("AUTO_REFRESH", "FALSE").upper() == "TRUE",
            created=_now(),
        )
        self._take(table, self.lake.head(table.namespace, table.catalog_table), _query_id())
        self.registry.tables[key] = table
        return status(f"Table {name} successfully created.")

    def _create_object(self, statement: st.Create) -> Answer:
        (name,) = statement.name
        objects = self.registry.volumes if statement.kind == "EXTERNAL VOLUME" else self.registry.integrations
        if name in objects and not statement.is_replaced:
            if statement.may_exist:
                return status(f"{name} already exists, statement succeeded.")
            raise exists(name)
        objects[name] = statement.options
        return status(f"{statement.kind.capitalize()} {name} successfully created.")

    def _refresh(self, table: IcebergTable) -> Answer:
        if table.is_auto:
            # Reported by a public runbook; not confirmed by the documentation.
            message = (
                f"Table '{table.key}' is refreshed automatically: set AUTO_REFRESH = FALSE before a manual refresh."
            )
            raise SnowflakeError("091390", "0A000", message)
        self._take(table, self.lake.head(table.namespace, table.catalog_table), _query_id())
        return status(DONE)

    def _set_auto_refresh(self, table: IcebergTable, value: str) -> None:
        table.is_auto = value.upper() == "TRUE"
        table.state, table.reason, table.failures = "RUNNING", "", 0

    def _drop(self, statement: st.Drop, database: str | None, schema: str | None) -> Answer:
        key = ".".join(_full(statement.name, database, schema))
        table = self.registry.tables.pop(key, None)
        if table is None:
            if statement.may_be_missing:
                return status("Drop statement executed successfully.")
            raise not_found("Iceberg table", key)
        self.duck().execute(f"DROP VIEW IF EXISTS {table.quoted}")
        return status(f"{table.name} successfully dropped.")

    def _show(self, statement: st.Show, database: str | None, schema: str | None) -> Answer:
        scope = statement.scope
        like = statement.like and re.compile(re.escape(statement.like).replace("%", ".*").replace("_", "."), re.I)
        if len(scope) == 2 and scope not in self.registry.schemas:
            raise not_found("Schema", ".".join(scope))
        rows: list[list[Any]] = []
        for table in sorted(self.registry.tables.values(), key=lambda one: one.key):
            names = (table.database, table.schema)
            if scope and scope != names[: len(scope)] and (database, *scope) != names:
                continue
            if not like or like.fullmatch(table.name):
                rows.append(self._shown(table))
        columns = [
            Column("created_on", "timestamp_ltz"),
            *text_columns(*_SHOWN.split()),
            Column("invalid", "boolean"),
            Column("invalid_reason", "text"),
        ]
        return Answer(columns, rows)

    def _shown(self, table: IcebergTable) -> list[Any]:
        volume, refreshed = table.volume or None, json.dumps(self._status(table)) if table.is_auto else ""
        shown: list[Any] = [table.name, table.database, table.schema, "SYSADMIN", volume, table.catalog, "UNMANAGED"]
        shown += [table.catalog_table, table.namespace, "N", None, None, "ROLE", None, refreshed]
        return [dt.datetime.fromisoformat(table.created), *shown, False, None]

    def _status(self, table: IcebergTable) -> dict[str, Any]:
        current = table.current
        return {
            "executionState": table.state,
            **({"invalidExecutionStateReason": table.reason} if table.reason else {}),
            # What the last look found has been taken at once.
            "pendingSnapshotCount": "0",
            "currentSnapshotId": (current.snapshot if current else None) or "",
            "currentSnapshotSummary": current.summary if current else "",
            "lastSnapshotTime": current.at if current else "",
            "lastUpdatedTime": table.checked,
            "currentMetadataFile": current.location if current else "",
            "currentSchemaId": current.schema if current else "",
        }

    def _describe(self, statement: st.Describe) -> Answer:
        properties = {
            **self._integration(statement.name),
            "API_AWS_IAM_USER_ARN": "arn:aws:iam::000000000000:user/snowflake-stand-in",
            "API_AWS_EXTERNAL_ID": "LOCAL_SFCRole=1",
        }
        rows: list[list[Any]] = [[name, "String", value, None] for name, value in properties.items()]
        return Answer(text_columns("property", "property_type", "property_value", "property_default"), rows)

    def _call(self, statement: st.Call, database: str | None, schema: str | None) -> Answer:
        names = st.name_parts(statement.argument)
        if statement.function == "VERIFY_CATALOG_INTEGRATION":
            self._integration(names)
            found: Any = {"success": True, "errorCode": "", "errorMessage": ""}
        else:
            table = self._table(names, database, schema)
            if statement.function == "AUTO_REFRESH_STATUS":
                found = self._status(table) if table.is_auto else ""
            else:
                location = table.current.location if table.current else ""
                found = {"metadataLocation": location, "status": table.reason or "success"}
        return Answer(text_columns(statement.column), [[found if found == "" else json.dumps(found)]])

    def history(self, name: str, database: str | None, schema: str | None) -> IcebergTable:
        """The table whose refresh history is asked for."""
        return self._table(st.name_parts(name), database, schema)

    def _table(self, name: tuple[str, ...], database: str | None, schema: str | None) -> IcebergTable:
        key = ".".join(_full(name, database, schema))
        if key not in self.registry.tables:
            raise not_found("Iceberg table", key)
        return self.registry.tables[key]

    def _integration(self, name: tuple[str, ...]) -> dict[str, str]:
        found = self.registry.integrations.get(name[-1].upper())
        if found is None:
            raise not_found("Integration", name[-1])
        return found


def start_poller(account: Account, seconds: float) -> None:
    """Automatic refresh, in a thread of its own."""
    threading.Thread(target=account.poll_for_ever, args=(seconds,), daemon=True).start()


def status(text: str) -> Answer:
    """The one cell that DDL answers with."""
    return Answer(text_columns("status"), [[text]])


def _full(name: tuple[str, ...], database: str | None, schema: str | None) -> tuple[str, str, str]:
    full = ((database, schema)[: 3 - len(name)] if len(name) < 3 else ()) + name
    if len(full) != 3 or None in full:
        message = "Cannot perform the statement. This session does not have a current database. Use a qualified name."
        raise SnowflakeError("090105", "22000", message)
    return str(full[0]), str(full[1]), str(full[2])


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _query_id() -> str:
    return str(uuid.uuid4())
