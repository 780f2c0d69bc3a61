"""Glue's own Iceberg API: CreateTable with CreateIcebergTableInput, UpdateTable with UpdateOpenTableFormatInput.

AWS writes the table's metadata itself from a schema, a partition spec and properties; here pyiceberg does.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from . import iceberg_tables, patches

log = logging.getLogger("emulator.glue")

# What Iceberg allows a column's type to become.
_PROMOTIONS = {("int", "long"), ("float", "double")}


class _RefusedError(Exception):
    """Answered as InvalidInputException."""


def install() -> None:
    """Put the native Iceberg inputs in front of MiniStack's CreateTable and UpdateTable."""
    # MiniStack checks VersionId and writes in two steps on threads of their own; a commit must be one step.
    lock = threading.Lock()

    def make_create(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def create(data: dict[str, Any]) -> Any:
            iceberg = (data.get("OpenTableFormatInput") or {}).get("IcebergInput")
            if iceberg is not None:
                return _answered(lambda: _create(data, iceberg))
            with lock:
                return original(data)

        return create

    def make_update(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def update(data: dict[str, Any]) -> Any:
            iceberg = (data.get("UpdateOpenTableFormatInput") or {}).get("UpdateIcebergInput")
            if iceberg is not None:
                return _answered(lambda: _update(data, iceberg))
            with lock:
                return original(data)

        return update

    patches.replace("services.glue", "_create_table", "data", make_create)
    patches.replace("services.glue", "_update_table", "data", make_update)


def _answered(work: Callable[[], None]) -> Any:
    from ministack.core.responses import error_response_json, json_response
    from pydantic import ValidationError
    from pyiceberg.exceptions import (
        CommitFailedException,
        NoSuchNamespaceError,
        NoSuchTableError,
        TableAlreadyExistsError,
    )

    try:
        work()
    except TableAlreadyExistsError as error:
        return error_response_json("AlreadyExistsException", str(error), 400)
    except (NoSuchTableError, NoSuchNamespaceError) as error:
        return error_response_json("EntityNotFoundException", str(error), 400)
    except CommitFailedException as error:
        return error_response_json("ConcurrentModificationException", str(error), 400)
    except (_RefusedError, ValidationError, ValueError, OSError) as error:
        return error_response_json("InvalidInputException", str(error)[:1000], 400)
    return json_response({})


def _create(data: dict[str, Any], iceberg: dict[str, Any]) -> None:
    from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
    from pyiceberg.table.sorting import UNSORTED_SORT_ORDER

    if iceberg.get("MetadataOperation") != "CREATE":
        raise _RefusedError("MetadataOperation must be CREATE")
    table_input = data.get("TableInput") or {}
    name = data.get("Name") or table_input.get("Name")
    if not name:
        raise _RefusedError("Name is required")
    _require_database(str(data.get("DatabaseName")))
    wanted = iceberg.get("CreateIcebergTableInput") or _from_table_input(table_input)
    location = str(wanted.get("Location") or "").rstrip("/")
    if not location.startswith("s3://"):
        raise _RefusedError("Location must be an s3:// URI")
    properties = {"format-version": str(iceberg.get("Version") or "2"), **(wanted.get("Properties") or {})}
    spec, order = wanted.get("PartitionSpec"), wanted.get("WriteOrder")
    iceberg_tables.catalog().create_table(
        (data["DatabaseName"], name),
        schema=to_schema(wanted["Schema"]),
        location=location,
        partition_spec=to_spec(spec) if spec else UNPARTITIONED_PARTITION_SPEC,
        sort_order=to_order(order) if order else UNSORTED_SORT_ORDER,
        properties=properties,
    )


def _update(data: dict[str, Any], iceberg: dict[str, Any]) -> None:
    from ministack.services import glue
    from pyiceberg.table import update as changes

    table_input = data.get("TableInput") or {}
    name = data.get("Name") or table_input.get("Name")
    catalog = iceberg_tables.catalog()
    table = catalog.load_table((data.get("DatabaseName", ""), name))
    requested = data.get("VersionId")
    stored = glue._tables.get(f"{data.get('DatabaseName')}/{name}", {})
    if requested is not None and str(requested) != stored.get("VersionId"):
        from pyiceberg.exceptions import CommitFailedException

        raise CommitFailedException(f"Table {name} is at version {stored.get('VersionId')}, not {requested}")
    updates: list[Any] = []
    for wanted in (iceberg.get("UpdateIcebergTableInput") or {}).get("Updates") or []:
        action = wanted.get("Action")
        schema = to_schema(wanted["Schema"])
        if action in (None, "add-schema", "set-current-schema") and schema.fields != table.schema().fields:
            _require_compatible(table.schema(), schema)
            next_id = 1 + max(known.schema_id for known in table.metadata.schemas)
            updates.append(changes.AddSchemaUpdate(schema=schema.model_copy(update={"schema_id": next_id})))
            updates.append(changes.SetCurrentSchemaUpdate(schema_id=-1))
        if action in (None, "add-spec", "set-default-spec") and wanted.get("PartitionSpec"):
            spec = to_spec(wanted["PartitionSpec"], schema, table)
            if spec.fields != table.spec().fields:
                next_id = 1 + max(known.spec_id for known in table.metadata.partition_specs)
                updates.append(changes.AddPartitionSpecUpdate(spec=spec.model_copy(update={"spec_id": next_id})))
                updates.append(changes.SetDefaultSpecUpdate(spec_id=-1))
        if action in (None, "set-properties") and wanted.get("Properties"):
            updates.append(changes.SetPropertiesUpdate(updates=wanted["Properties"]))
        if action == "remove-properties":
            updates.append(changes.RemovePropertiesUpdate(removals=list(wanted.get("Properties") or {})))
        location = str(wanted.get("Location") or "").rstrip("/")
        if action in (None, "set-location") and location and location != table.location().rstrip("/"):
            updates.append(changes.SetLocationUpdate(location=location))
    if updates:
        requirement = changes.AssertTableUUID(uuid=table.metadata.table_uuid)
        catalog.commit_table(table, (requirement,), tuple(updates))


def to_schema(wanted: dict[str, Any]) -> Any:
    """Glue's IcebergSchema as pyiceberg's. Types are Iceberg's JSON (a name or an object)."""
    from pyiceberg.schema import Schema

    fields = [
        {
            "id": field["Id"],
            "name": field["Name"],
            "type": field["Type"],
            "required": field["Required"],
            **({"doc": field["Doc"]} if field.get("Doc") else {}),
            **({"initial-default": field["InitialDefault"]} if "InitialDefault" in field else {}),
            **({"write-default": field["WriteDefault"]} if "WriteDefault" in field else {}),
        }
        for field in wanted["Fields"]
    ]
    return Schema.model_validate(
        {
            "type": "struct",
            "schema-id": wanted.get("SchemaId", 0),
            "identifier-field-ids": wanted.get("IdentifierFieldIds") or [],
            "fields": fields,
        }
    )


def to_spec(wanted: dict[str, Any], schema: Any = None, table: Any = None) -> Any:
    """Glue's IcebergPartitionSpec as pyiceberg's; known fields keep the table's ids."""
    from pyiceberg.partitioning import PartitionSpec

    known: dict[tuple[Any, ...], int] = {}
    next_id = 1000
    if table is not None:
        for spec in table.specs().values():
            for field in spec.fields:
                known[(field.source_id, str(field.transform))] = field.field_id
                next_id = max(next_id, field.field_id + 1)
    fields = []
    for field in wanted["Fields"]:
        if schema is not None:
            schema.find_field(field["SourceId"])
        field_id = field.get("FieldId") or known.get((field["SourceId"], field["Transform"]))
        if field_id is None:
            field_id, next_id = next_id, next_id + 1
        fields.append(
            {
                "source-id": field["SourceId"],
                "field-id": field_id,
                "transform": field["Transform"],
                "name": field["Name"],
            }
        )
    return PartitionSpec.model_validate({"spec-id": wanted.get("SpecId", 0), "fields": fields})


def to_order(wanted: dict[str, Any]) -> Any:
    """Glue's IcebergSortOrder as pyiceberg's."""
    from pyiceberg.table.sorting import SortOrder

    fields = [
        {
            "source-id": field["SourceId"],
            "transform": field["Transform"],
            "direction": field["Direction"],
            "null-order": field["NullOrder"],
        }
        for field in wanted["Fields"]
    ]
    return SortOrder.model_validate({"order-id": wanted["OrderId"], "fields": fields})


def _require_compatible(current: Any, wanted: Any) -> None:
    """Refuse what Iceberg's schema evolution does not allow."""
    known = {field.field_id: field for field in current.fields}
    for field in wanted.fields:
        before = known.get(field.field_id)
        if before is None:
            if field.required and field.initial_default is None:
                raise _RefusedError(f"new column {field.name} is required and has no default")
            continue
        change = (str(before.field_type), str(field.field_type))
        is_wider_decimal = change[0].startswith("decimal") and change[1].startswith("decimal")
        if change[0] != change[1] and change not in _PROMOTIONS and not is_wider_decimal:
            raise _RefusedError(f"column {field.name} cannot change from {change[0]} to {change[1]}")
        if field.required and not before.required:
            raise _RefusedError(f"column {field.name} cannot become required")


def _require_database(name: str) -> None:
    from ministack.services import glue
    from pyiceberg.exceptions import NoSuchNamespaceError

    if name not in glue._databases:
        raise NoSuchNamespaceError(f"Database {name} not found.")


def _from_table_input(table_input: dict[str, Any]) -> dict[str, Any]:
    """The older form: columns of a StorageDescriptor in Hive's type names, no partition spec."""
    descriptor = table_input.get("StorageDescriptor") or {}
    names = {"bigint": "long", "smallint": "int", "tinyint": "int"}
    fields = [
        {
            "Id": index,
            "Name": column["Name"],
            "Type": names.get(column["Type"], column["Type"]),
            "Required": False,
            "Doc": column.get("Comment"),
        }
        for index, column in enumerate(descriptor.get("Columns") or [], start=1)
    ]
    return {
        "Location": descriptor.get("Location"),
        "Schema": {"Fields": fields},
        "Properties": {},
    }
