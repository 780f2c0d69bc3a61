"""`prepare.py <work folder> <memory> <ours|both> <parquet>…`: makes RAW if it is missing and appends each file as a commit to it.

`both` also makes what the old system needs, with the same messages.
"""

import json
import sys
from pathlib import Path

from lake import append_events, create_our_raw, create_their_tables, open_spark

folder, memory, has_theirs = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "both"
spark = open_spark(folder, memory)
create_our_raw(spark)
if has_theirs:
    create_their_tables(spark, folder / "aws")
listed = folder / "snapshots.json"
snapshots = json.loads(listed.read_text()) if listed.exists() else []
for file in sys.argv[4:]:
    append_events(spark, Path(file), has_theirs)
    head = spark.sql("SELECT snapshot_id FROM glue_catalog.ours_raw.orders.refs WHERE name = 'main'").first()[0]
    snapshots.append(str(head))
listed.write_text(json.dumps(snapshots))
spark.stop()
