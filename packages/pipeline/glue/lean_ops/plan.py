"""The job plan (`plans/<execution>/<round>-<layer>.json`): what one job run does, read strictly."""

from __future__ import annotations

from typing import Literal

import msgspec

Layer = Literal["curated", "semantic"]
Path = tuple[str, ...]


class _Base(msgspec.Struct, frozen=True, rename="camel"):
    """Unknown members are ignored: the planner may be newer than the job."""


class ColumnType(_Base, frozen=True):
    """`decimal` alone has precision and scale."""

    kind: Literal[
        "string", "boolean", "int", "long", "float", "double", "timestamp", "date", "object", "array", "decimal"
    ]
    precision: int | None = None
    scale: int | None = None


TimestampFormat = Literal["rfc3339", "epochSeconds", "epochMillis", "epochMicros"]


class Rule(_Base, frozen=True):
    """Bounds in the canonical text of the column's type; the members a kind does not have are None."""

    name: str
    action: Literal["warn", "quarantine", "fail"]
    kind: Literal["range", "enum", "pattern", "length"]
    minimum: str | int | None = None
    maximum: str | int | None = None
    values: tuple[str, ...] | None = None
    pattern: str | None = None


class ContractColumn(_Base, frozen=True):
    """A column of the semantic table and where its value is in the payload."""

    name: str
    path: Path
    type: ColumnType
    timestamp_format: TimestampFormat
    required: bool
    is_critical: bool
    is_blank_allowed: bool
    rules: tuple[Rule, ...]
    classification: Literal["hash", "mask", "drop"] | None = None
    description: str | None = None


class EventVersion(_Base, frozen=True):
    """The typed value that says which of two versions of a key is newer."""

    path: Path
    type: ColumnType
    timestamp_format: TimestampFormat


class Contract(_Base, frozen=True):
    """What the jobs need of a compiled contract. No columns = no schema, the gate is closed."""

    topic: str
    version: str
    status: Literal["draft", "active"]
    columns: tuple[ContractColumn, ...]
    key_path: Path | None
    event_version: EventVersion | None
    on_spike: Literal["continue", "hold"]
    spike_percent: float
    has_restricted_table: bool


class ShapeColumn(_Base, frozen=True):
    """`type` in Iceberg's words; `form`: how a classified value is stored, None = in clear."""

    name: str
    type: str
    doc: str
    form: Literal["hash", "mask"] | None = None


class TableShape(_Base, frozen=True):
    """A table as the contract compiler means it; `create` is its whole DDL."""

    layer: Layer
    name: str
    columns: tuple[ShapeColumn, ...]
    create: str


class Databases(_Base, frozen=True):
    """Names of the Glue databases of a stage."""

    raw: str
    curated: str
    semantic: str


class PassPlan(_Base, frozen=True):
    """One pass. A retry has the same id and the same content."""

    pass_id: str
    pass_seq: int
    topic: str
    table: str
    lease_token: int
    mode: Literal["incremental", "first", "recompute", "keys"]
    contract: Contract
    contract_version: str
    tables: tuple[TableShape, ...]
    from_: str | None = msgspec.field(name="from", default=None)
    to: str | None = None
    from_seq: int | None = None
    to_seq: int | None = None
    source_snapshot: str | None = None
    keys_object: str | None = None
    # RAW's table where the pass fills tables of another name, as a rebuild does.
    raw_table: str | None = None
    # A person's word on a pass that was held; everything else is as it was planned.
    verdict: Literal["release", "discard"] | None = None


class JobPlan(_Base, frozen=True):
    """Everything one job run does, pass by pass."""

    version: Literal[1]
    execution: str
    stage: str
    layer: Layer
    databases: Databases
    passes: tuple[PassPlan, ...]


class PlanError(Exception):
    """The plan cannot be read: the whole job ends non-zero, as there is no pass to report about."""


def read_plan(body: bytes, layer: Layer) -> JobPlan:
    """Validated; the fault names the member, e.g. ``Expected `int`, got `str` - at `$.passes[0].passSeq```."""
    try:
        plan = msgspec.json.decode(body, type=JobPlan)
    except msgspec.DecodeError as error:
        raise PlanError(f"the job plan cannot be read: {error}") from error
    if plan.layer != layer:
        raise PlanError(f"the job plan is for the layer {plan.layer} - at `$.layer`")
    for index, one in enumerate(plan.passes):
        for name in ("from_", "to", "source_snapshot"):
            text: str | None = getattr(one, name)
            if text is not None and not text.isdecimal():
                raise PlanError(f"Expected a snapshot id in digits - at `$.passes[{index}].{_member(name)}`")
        if len({p.pass_id for p in plan.passes}) != len(plan.passes):
            raise PlanError("two passes have one id - at `$.passes`")
    return plan


def _member(name: str) -> str:
    return {"from_": "from", "source_snapshot": "sourceSnapshot"}.get(name, name)
