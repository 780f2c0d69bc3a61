"""`python -m auditor <request.json> [--json]`: exit 1 when a message is unexplained, 2 when it could not be counted."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from auditor.audit_topic import Request, audit_topic
from auditor.open_lake import ObjectStore, open_lake


def main(argv: list[str]) -> int:
    """Request: `{ topic, raw, tables{}, letters, rawSnapshot, semanticSeq, isGateOpen, store{} }`; paths and URIs."""
    files = [word for word in argv if not word.startswith("--")]
    if len(files) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    asked = json.loads(Path(files[0]).read_text())
    store = asked.get("store")
    try:
        account = audit_topic(
            open_lake(ObjectStore(**store) if store else None),
            Request(
                topic=asked["topic"],
                raw=asked["raw"],
                tables=asked["tables"],
                letters=Path(asked["letters"]) if asked.get("letters") else None,
                raw_snapshot=asked.get("rawSnapshot"),
                semantic_seq=asked.get("semanticSeq"),
                is_gate_open=asked.get("isGateOpen", True),
            ),
        )
    except duckdb.Error as error:
        print(f"could not be counted: {error}", file=sys.stderr)
        return 2
    print(json.dumps(account) if "--json" in argv else show(account))
    return 1 if account["unexplained"] else 0


def show(account: dict[str, Any]) -> str:
    """The account for people."""
    at = f" at RAW snapshot {account['rawSnapshotId']}" if account["rawSnapshotId"] else ""
    lines = [
        f"{account['topic']}{at}",
        f"  {account['messages']:>12,}  messages in RAW",
        f"{'':>18}{account['rows']:,} rows, {account['duplicateRows']:,} of them duplicates",
        f"  {account['beforeRaw']:>12,}  dead letters that never came to RAW",
        f"  {account['total']:>12,}  in all, of which",
        *(f"  {count:>12,}    {name}" for name, count in account["terms"].items()),
        f"  {account['unexplained']:>12,}    unexplained",
        *(f"{'':>18}{one['messageId']}  {one['reason']}" for one in account["unexplainedMessages"]),
    ]
    if account["notIndexed"]:
        lines.append(f"  {account['notIndexed']:>12,}  refused messages are not in the index of dead letters (yet)")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
