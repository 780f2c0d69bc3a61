"""What a random history consists of: plain data that the model, the oracle and the real jobs all read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["string", "number", "boolean", "null", "object", "array"]
Encoding = Literal["none", "gzip+base64"]
Stage = Literal["ingest", "delivery", "curated", "semantic"]
Status = Literal["open", "resolved", "discarded"]

#: RFC 6901 pointer → (JSON kind, text): strings decoded, everything else exactly as written.
Nodes = dict[str, tuple[Kind, str]]

#: A compiled contract as `ContractModel` in packages/common/src/odcs/contract-model.ts.
Contract = dict[str, Any]


@dataclass(frozen=True)
class RawRow:
    """One row of RAW. `nodes`: what the generator knows to be in the payload; None = the body cannot be parsed."""

    message_id: str
    edit_revision: int
    replay_id: str | None
    publish_time: int
    ingestion_ts: int
    body: str
    payload_encoding: Encoding
    nodes: Nodes | None


@dataclass(frozen=True)
class Append:
    """One commit to RAW."""

    rows: tuple[RawRow, ...]


@dataclass(frozen=True)
class RunPass:
    """Plans the layer's next pass, or repeats its open one. `crash_after`: the step after which the process dies."""

    layer: Literal["curated", "semantic"]
    crash_after: int | None = None


@dataclass(frozen=True)
class RerunPass:
    """The last settled pass of the layer once more: its result was there, but somebody starts it again."""

    layer: Literal["curated", "semantic"]


@dataclass(frozen=True)
class Compact:
    table: Literal["raw", "versions", "current", "semantic"]


@dataclass(frozen=True)
class Expire:
    table: Literal["raw", "versions", "current", "semantic"]


@dataclass(frozen=True)
class Activate:
    """From now on passes are planned with this contract."""

    contract: int


@dataclass(frozen=True)
class Letter:
    """The control plane's word on a dead letter; a later one replaces it."""

    message_id: str
    stage: Stage
    status: Status


Step = Append | RunPass | RerunPass | Compact | Expire | Activate | Letter


@dataclass
class History:
    seed: int
    contracts: list[Contract]
    steps: list[Step] = field(default_factory=list)

    @property
    def raw_rows(self) -> list[RawRow]:
        return [row for step in self.steps if isinstance(step, Append) for row in step.rows]

    @property
    def final_contract(self) -> Contract:
        activated = [step.contract for step in self.steps if isinstance(step, Activate)]
        return self.contracts[activated[-1] if activated else 0]

    @property
    def letters(self) -> dict[str, Letter]:
        return {step.message_id: step for step in self.steps if isinstance(step, Letter)}
