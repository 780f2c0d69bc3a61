"""Reads Iceberg tables by pyiceberg: read_rows.py <endpoint>.

Each line of standard input asks for one table, `{"table": "<database>.<table>", "columns": [...]}`; the answer is a line
of JSON per row and the line `end`.
"""

import json
import sys

from pyiceberg.catalog import load_catalog


def main() -> None:
    endpoint = sys.argv[1]
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
    for line in sys.stdin:
        asked = json.loads(line)
        rows = catalog.load_table(asked["table"]).scan(selected_fields=tuple(asked["columns"]))
        for batch in rows.to_arrow().to_batches():
            for row in batch.to_pylist():
                print(json.dumps(row, default=str))
        print("end", flush=True)


main()
