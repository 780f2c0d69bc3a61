"""What changed in the shape of a topic's payloads: told once, when it changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lean_ops.curated.column_names import column_name, to_path
from lean_ops.curated.write_versions import declared_pointers
from lean_ops.plan import PassPlan
from lean_ops.results import Finding

# Fewer rows do not show that a path has gone.
_ROWS_MIN = 20
_FINDINGS_MAX = 100
_ABSENT = "lean-ops.absent-paths"


@dataclass(frozen=True)
class Drift:
    """`absent` = paths missing from the whole pass, None when it says nothing of that."""

    findings: tuple[Finding, ...]
    absent: tuple[str, ...] | None

    def remember(self, table: Any) -> None:
        """Notes what is absent, so that the next pass does not tell it again."""
        if self.absent is None:
            return
        note = json.dumps(self.absent)
        if (table.properties().get(_ABSENT) or "[]") != note:
            table.updateProperties().set(_ABSENT, note).commit()


def describe_drift(
    table: Any,
    plan: PassPlan,
    registry: Mapping[str, str],
    samples: Mapping[str, str],
    added: Sequence[str],
    overflow: Sequence[str],
    rows: int,
) -> Drift:
    """`samples` = every path of the pass that holds a value, with a message that has it."""
    findings = [
        Finding(
            "ADDED_COLUMN",
            path=to_path(pointer),
            column=registry.get(pointer, column_name(pointer)),
            sample_message_id=samples.get(pointer),
        )
        for pointer in added[:_FINDINGS_MAX]
    ]
    if len(added) > _FINDINGS_MAX:
        findings.append(Finding("ADDED_COLUMN", count=len(added) - _FINDINGS_MAX, detail="further paths got columns"))
    if overflow:
        findings.append(
            Finding(
                "OVERFLOW",
                count=len(overflow),
                path=to_path(overflow[0]),
                sample_message_id=samples.get(overflow[0]),
                detail="paths without a column are kept in the map `overflow`",
            )
        )
    if rows < _ROWS_MIN:
        return Drift(tuple(findings), None)
    declared = declared_pointers(plan.contract)
    watched = set(registry) - set(added)
    if plan.contract.columns:
        watched &= declared
    absent = tuple(sorted(watched - set(samples)))
    before = set(json.loads(table.properties().get(_ABSENT) or "[]"))
    findings += [
        Finding(
            "REMOVED_COLUMN", path=to_path(pointer), column=registry[pointer], detail="no message of the pass has it"
        )
        for pointer in absent
        if pointer not in before
    ]
    return Drift(tuple(findings), absent)
