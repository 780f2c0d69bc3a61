"""`prepare.py <work folder> <parquet>…`: makes the tables if they are missing and appends each file as a commit to both RAW tables."""

import json
import sys
from pathlib import Path

from lake import append_events, create_tables, open_spark

folder = Path(sys.argv[1])
spark = open_spark(folder, "2g")
create_tables(spark, folder / "aws")
listed = folder / "snapshots.json"
snapshots = json.loads(listed.read_text()) if listed.exists() else []
for file in sys.argv[2:]:
    append_events(spark, Path(file))
    head = spark.sql("SELECT snapshot_id FROM glue_catalog.ours_raw.orders.refs WHERE name = 'main'").first()[0]
    snapshots.append(str(head))
listed.write_text(json.dumps(snapshots))
spark.stop()
