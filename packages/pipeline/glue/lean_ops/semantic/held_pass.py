"""A pass with too many rejects whose contract says `hold`: commits wait on branches, dead letters are not announced."""

from __future__ import annotations

import msgspec

from lean_ops.rejects import MANIFEST
from lean_ops.results import PassOutcome
from lean_ops.runner import PassContext

from . import write_changes
from .lake_names import LakeNames

#: What a held pass has in place of the manifest.
HELD = "held.json"


def can_follow(context: PassContext, names: LakeNames) -> bool:
    """Main of every table is still where the pass began."""
    return all(write_changes.can_follow(context, name) for name in names.targets)


def drop_branches(context: PassContext, names: LakeNames) -> None:
    """The pass leaves no trace in the tables."""
    for name in names.targets:
        write_changes.drop_branch(context, name)


def publish_held(context: PassContext, outcome: PassOutcome) -> PassOutcome:
    """The released pass's dead letters are announced now."""
    folder = f"{context.errors}/rejects/{context.plan.pass_id}"
    held = context.store.get(f"{folder}/{HELD}")
    uri = None if held is None else f"{folder}/{MANIFEST}"
    if held is not None and uri is not None:
        context.store.put(uri, held)
    manifest = uri if outcome.is_held else outcome.manifest
    return msgspec.structs.replace(outcome, is_held=False, branch=None, manifest=manifest)


def discard_pass(context: PassContext, names: LakeNames) -> PassOutcome:
    """Its rows wait for another pass over the same range; nothing of it was ever visible."""
    drop_branches(context, names)
    return PassOutcome(state="nothing")
