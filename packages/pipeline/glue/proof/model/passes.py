"""One pass of a layer in steps that can each be the last: a repeat must come to the same end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from proof.history import Contract, RawRow
from proof.model.judge import Fault, Verdict, judge
from proof.model.lake import Table
from proof.model.read_json import BodyFaultError, read_payload
from proof.model.versions import Version, first_arrivals, group_by_key, make_version, newest_revisions

#: Called after each step; raises when the process is to die there.
Done = Callable[[], None]


@dataclass(frozen=True)
class Plan:
    """Written once; every repeat does exactly this."""

    pass_id: str
    pass_seq: int
    layer: str
    mode: str
    contract: Contract
    #: RAW snapshots (after, to] of a curated pass, `__versions` snapshot of a semantic one.
    after: int | None
    to: int
    #: Pass numbers (from_seq, to_seq] of a semantic pass.
    from_seq: int = 0
    to_seq: int = 0


@dataclass
class Lake:
    raw: Table[RawRow] = field(default_factory=Table)
    versions: Table[Version] = field(default_factory=Table)
    current: Table[Version] = field(default_factory=Table)
    semantic: Table[Version] = field(default_factory=Table)
    parse_errors: dict[tuple[str, int], str] = field(default_factory=dict)
    rejects: dict[str, tuple[int, tuple[Fault, ...]]] = field(default_factory=dict)
    staged: dict[str, frozenset[tuple[str, int]]] = field(default_factory=dict)
    results: dict[str, Plan] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)

    def judge(self, version: Version, contract: Contract) -> Verdict:
        """The same body under the same contract has one verdict; passes ask for it many times."""
        name = (version.body_sha256, contract["version"])
        if name not in self.verdicts:
            self.verdicts[name] = judge(version.payload, contract)
        return self.verdicts[name]


def run_curated(lake: Lake, plan: Plan, done: Done) -> None:
    rows = lake.raw.rows(plan.to) if plan.mode == "recompute" else lake.raw.appended(plan.after, plan.to)
    parsed, errors = _parse(rows, plan)
    done()
    lake.staged[plan.pass_id] = frozenset(errors)
    done()
    lake.parse_errors |= {name: code for name, code in errors.items() if name not in lake.parse_errors}
    done()
    if not lake.versions.has_pass(plan.pass_id):
        if plan.mode == "recompute":
            lake.versions.overwrite(first_arrivals(parsed).values(), plan.pass_id)
        else:
            known = first_arrivals(lake.versions.rows())
            fresh = first_arrivals(parsed)
            better = [v for name, v in fresh.items() if name not in known or v.arrival < known[name].arrival]
            lake.versions.append(better, plan.pass_id)
    done()
    if not lake.current.has_pass(plan.pass_id):
        _merge_current(lake, plan)
    done()
    lake.results[plan.pass_id] = plan
    done()


def _parse(rows: tuple[RawRow, ...], plan: Plan) -> tuple[list[Version], dict[tuple[str, int], str]]:
    parsed: list[Version] = []
    errors: dict[tuple[str, int], str] = {}
    for row in rows:
        try:
            payload = read_payload(row.body)
        except BodyFaultError as fault:
            errors.setdefault((row.message_id, row.edit_revision), fault.code)
        else:
            parsed.append(make_version(row, payload, plan.contract, plan.pass_id, plan.pass_seq))
    return parsed, errors


def _merge_current(lake: Lake, plan: Plan) -> None:
    versions = lake.versions.rows()
    after = {} if plan.mode == "recompute" else {row.merge_key: row for row in lake.current.rows()}
    by_key = group_by_key(newest_revisions(versions).values())
    for key in _touched_keys(versions, lambda v: v.pass_id == plan.pass_id):
        after.pop(key, None)
        if key in by_key:
            after[key] = by_key[key][0]
    lake.current.overwrite(after.values(), plan.pass_id)


def _touched_keys(versions: tuple[Version, ...], is_new: Callable[[Version], bool]) -> set[str]:
    """Keys of the new rows, and those that an edit may have taken a message away from."""
    messages = {version.message_id for version in versions if is_new(version)}
    return {version.merge_key for version in versions if version.message_id in messages}


def run_semantic(lake: Lake, plan: Plan, done: Done) -> None:
    versions = tuple(v for v in lake.versions.rows(plan.to) if v.pass_seq <= plan.to_seq)
    is_all = plan.mode == "recompute"
    keys = _touched_keys(versions, lambda v: is_all or v.pass_seq > plan.from_seq)
    by_key = group_by_key(newest_revisions(versions).values())
    done()
    winners: dict[str, Version] = {}
    verdicts: dict[str, tuple[int, tuple[Fault, ...]]] = {}
    for key in keys:
        for version in by_key.get(key, []):
            verdict = lake.judge(version, plan.contract)
            verdicts[version.message_id] = (version.edit_revision, verdict.faults)
            if not verdict.faults:
                winners.setdefault(key, version)
    lake.staged[plan.pass_id] = frozenset((name, revision) for name, (revision, faults) in verdicts.items() if faults)
    done()
    for name, (revision, faults) in verdicts.items():
        lake.rejects.pop(name, None)
        if faults:
            lake.rejects[name] = (revision, faults)
    done()
    if not lake.semantic.has_pass(plan.pass_id):
        kept = {} if is_all else {row.merge_key: row for row in lake.semantic.rows() if row.merge_key not in keys}
        lake.semantic.overwrite((kept | winners).values(), plan.pass_id)
    done()
    lake.results[plan.pass_id] = plan
    done()
