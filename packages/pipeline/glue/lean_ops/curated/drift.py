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
_KINDS = "lean-ops.json-kinds"
# A note in the table's metadata, which every commit writes anew.
_WATCHED_MAX = 300
_WORDS = {"s": "string", "n": "number", "b": "boolean", "a": "array", "o": "object"}


@dataclass(frozen=True)
class Drift:
    """
    `absent` = paths missing from the whole pass, None when it says nothing of that; `kinds` = pointer → letters of all
    JSON kinds seen so far.
    """

    findings: tuple[Finding, ...]
    absent: tuple[str, ...] | None
    kinds: dict[str, str]

    def remember(self, table: Any) -> None:
        """Notes what is absent and of which kinds, so that the next pass does not tell it again."""
        notes = {_KINDS: json.dumps(self.kinds, sort_keys=True)}
        if self.absent is not None:
            notes[_ABSENT] = json.dumps(self.absent)
        known = table.properties()
        update = table.updateProperties()
        new = {name: note for name, note in notes.items() if (known.get(name) or _NOTHING[name]) != note}
        for name, note in new.items():
            update.set(name, note)
        if new:
            update.commit()


_NOTHING = {_ABSENT: "[]", _KINDS: "{}"}


def describe_drift(
    table: Any,
    plan: PassPlan,
    registry: Mapping[str, str],
    seen: Mapping[str, Mapping[str, str]],
    added: Sequence[str],
    overflow: Sequence[str],
    rows: int,
) -> Drift:
    """`seen` = every path of the pass that holds a value, in each JSON kind with a message that has it so."""
    samples = {pointer: min(kinds.values()) for pointer, kinds in seen.items()}
    declared = declared_pointers(plan.contract)
    # A path of the contract was agreed on: its first message is no news.
    news = [pointer for pointer in added if pointer not in declared]
    kinds, changes = _changed_kinds(table, plan, registry, seen)
    findings = [
        *changes,
        *(
            Finding(
                "ADDED_COLUMN",
                path=to_path(pointer),
                column=registry.get(pointer, column_name(pointer)),
                sample_message_id=samples.get(pointer),
            )
            for pointer in news[:_FINDINGS_MAX]
        ),
    ]
    if len(news) > _FINDINGS_MAX:
        findings.append(Finding("ADDED_COLUMN", count=len(news) - _FINDINGS_MAX, detail="further paths got columns"))
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
        return Drift(tuple(findings), None, kinds)
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
    return Drift(tuple(findings), absent, kinds)


def _changed_kinds(
    table: Any, plan: PassPlan, registry: Mapping[str, str], seen: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, str], list[Finding]]:
    """All kinds known of the watched paths from now on, and what is new where another kind was known."""
    known: dict[str, str] = json.loads(table.properties().get(_KINDS) or "{}")
    watched = set(registry) & (declared_pointers(plan.contract) if plan.contract.columns else set(registry))
    kinds: dict[str, str] = {}
    findings = []
    for pointer in sorted(watched & (seen.keys() | known.keys()))[:_WATCHED_MAX]:
        before = known.get(pointer, "")
        new = sorted(set(seen.get(pointer, {})) - set(before))
        kinds[pointer] = "".join(sorted({*before, *new}))
        if before and new:
            words = [" or ".join(_WORDS[letter] for letter in letters) for letters in (before, new)]
            findings.append(
                Finding(
                    "TYPE_CHANGED",
                    path=to_path(pointer),
                    column=registry[pointer],
                    sample_message_id=seen[pointer][new[0]],
                    detail=f"was {words[0]}, now also {words[1]}",
                )
            )
    return kinds, findings[:_FINDINGS_MAX]
