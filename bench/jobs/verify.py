"""`verify.py <work folder> <memory>`: of all keys ever sent, how many have their newest message in each final table of both systems."""

import json
import sys
from pathlib import Path

from lake import bytes_below, open_spark

folder, memory = Path(sys.argv[1]), sys.argv[2]
newest: dict[str, str] = {}
for file in sorted(folder.glob("*.newest.json"), key=lambda path: int(path.name.split(".")[0])):
    newest |= json.loads(file.read_text())
spark = open_spark(folder, memory)
spark.createDataFrame(list(newest.items()), "key string, message_id string").createOrReplaceTempView("newest")
found = {}
for name, table, key in (
    ("oursCurated", "ours_curated.orders", "idempotency_key"),
    ("oursSemantic", "ours_semantic.orders", "substr(merge_key, 3)"),
    ("theirsStandardized", "iceberg_standardized_db.orders", "idempotency_key"),
    ("theirsCurated", "iceberg_curated_db.orders", "idempotency_key"),
):
    if not spark.catalog.tableExists(f"glue_catalog.{table}"):
        continue
    # The old system's tables are made for it beforehand: without a commit it has not run.
    if name.startswith("theirs") and spark.sql(f"SELECT 1 FROM glue_catalog.{table}.refs").isEmpty():
        continue
    row = spark.sql(
        f"""SELECT count_if(t.key IS NULL) AS lost, count_if(t.key IS NOT NULL AND NOT array_contains(t.ids, n.message_id)) AS stale,
                   count_if(size(t.ids) > 1) AS doubled
            FROM newest n LEFT JOIN (SELECT {key} AS key, collect_list(message_id) AS ids FROM glue_catalog.{table} GROUP BY 1) t
              ON t.key = n.key"""
    ).first()
    found[name] = {
        "keys": len(newest),
        "lost": row["lost"],
        "stale": row["stale"],
        "doubled": row["doubled"],
        "bytes": bytes_below(folder / "warehouse" / table.split(".")[0]),
    }
print(json.dumps(found))
spark.stop()
