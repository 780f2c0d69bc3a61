"""Prints columns of an Iceberg table as JSON lines, read by pyiceberg: read_rows.py <endpoint> <database.table> <columns> <prefix>.

Only rows whose message_id or sqs_message_id starts with the prefix are of interest to a test; an empty prefix reads all.
"""

import json
import sys

from pyiceberg.catalog import load_catalog
from pyiceberg.expressions import AlwaysTrue, StartsWith


def main() -> None:
    endpoint, table, columns, prefix = sys.argv[1:5]
    catalog = load_catalog(
        "glue",
        **{
            "type": "glue",
            "glue.endpoint": endpoint,
            "glue.region": "us-east-1",
            "glue.access-key-id": "test",
            "glue.secret-access-key": "test",
            "s3.endpoint": endpoint,
            "s3.region": "us-east-1",
            "s3.access-key-id": "test",
            "s3.secret-access-key": "test",
        },
    )
    rows = catalog.load_table(table).scan(
        row_filter=StartsWith("message_id", prefix) if prefix else AlwaysTrue(),
        selected_fields=tuple(columns.split(",")),
    )
    for row in rows.to_arrow().to_pylist():
        print(json.dumps(row, default=str))


main()
