"""
`verify.py <work folder>`: of all keys ever sent, how many have their newest message in each final table of both systems.

Read by DuckDB, which shares no code with the jobs, and starts in a second where another Spark takes ten.
"""

import json
import sys
from pathlib import Path

from lake import ROOT, bytes_below

sys.path.insert(0, str(ROOT / "packages/pipeline/glue"))

from auditor.open_lake import find_metadata, open_lake  # noqa: E402

folder = Path(sys.argv[1])
newest: dict[str, str] = {}
for file in sorted(folder.glob("*.newest.json"), key=lambda path: int(path.name.split(".")[0])):
    newest |= json.loads(file.read_text())
(folder / "newest.ndjson").write_text("".join(json.dumps({"key": k, "id": i}) + "\n" for k, i in newest.items()))
db = open_lake(None)
found = {}
for name, table, key in (
    ("oursCurated", "ours_curated/orders", "idempotency_key"),
    ("oursSemantic", "ours_semantic/orders", "substr(merge_key, 3)"),
    ("theirsStandardized", "iceberg_standardized_db/orders", "idempotency_key"),
    ("theirsCurated", "iceberg_curated_db/orders", "idempotency_key"),
):
    current = find_metadata(folder / "warehouse" / table)
    # The old system's tables are made for it beforehand: without a commit it has not run.
    if current is None or not json.loads(Path(current).read_text()).get("snapshots"):
        continue
    row = db.execute(
        f"""SELECT count(*) FILTER (t.key IS NULL), count(*) FILTER (t.key IS NOT NULL AND NOT list_contains(t.ids, n.id)),
                   count(*) FILTER (len(t.ids) > 1)
            FROM read_json('{folder / "newest.ndjson"}', columns = {{key: 'VARCHAR', id: 'VARCHAR'}}) AS n
            LEFT JOIN (SELECT {key} AS key, list(message_id) AS ids FROM iceberg_scan('{current}') GROUP BY 1) AS t ON t.key = n.key"""
    ).fetchone()
    found[name] = {
        "keys": len(newest),
        "lost": row[0],
        "stale": row[1],
        "doubled": row[2],
        "bytes": bytes_below(folder / "warehouse" / table.split("/")[0]),
    }
print(json.dumps(found))
