"""The state of every message, measured on the model's tables: nothing is judged again, nothing is a remainder."""

from __future__ import annotations

from proof.model.orchestrate import World
from proof.model.versions import group_by_key, newest_revisions


def account_messages(world: World) -> dict[str, str]:
    """Message id → discarded | dead-letter | superseded | semantic | curated-only | unexplained."""
    newest = newest_revisions(world.lake.versions.rows())
    in_semantic = {row.message_id: row for row in world.lake.semantic.rows()}
    semantic_by_key = {row.merge_key: row for row in world.lake.semantic.rows()}
    by_key = group_by_key(newest.values())
    is_gate_closed = not world.contract["columns"]
    states: dict[str, str] = {}
    units = {row.message_id for row in world.lake.raw.rows()}
    units |= {name for name, letter in world.letters.items() if letter.status != "resolved"}
    for name in units:
        letter = world.letters.get(name)
        version = newest.get(name)
        unparsed = [revision for (message, revision) in world.lake.parse_errors if message == name]
        rejected = world.lake.rejects.get(name)
        winner = None if version is None else semantic_by_key.get(version.merge_key)
        if letter is not None and letter.status == "discarded":
            states[name] = "discarded"
        elif (
            (letter is not None and letter.status == "open")
            or (unparsed and (version is None or max(unparsed) > version.edit_revision))
            or (rejected is not None and version is not None and rejected[0] == version.edit_revision)
        ):
            states[name] = "dead-letter"
        elif is_gate_closed and version is not None:
            states[name] = "curated-only" if by_key[version.merge_key][0] is version else "superseded"
        elif version is not None and winner is not None and winner.order > version.order:
            states[name] = "superseded"
        elif name in in_semantic:
            states[name] = "semantic"
        else:
            states[name] = "unexplained"
    return states
