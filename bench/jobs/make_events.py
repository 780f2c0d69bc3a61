"""`make_events.py <folder> <first> <count> <base>`: one batch of synthetic nested events of about 0.9 KB, with known truth.

`base` = messages written before: a tenth of the batch are re-deliveries of them, a tenth corrections of their keys (in the first
batch of what came just before). Writes `<first>.parquet` with the columns that both systems' RAW tables are made from and prints
what must be in the tables afterwards.
"""

import json
import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

START_MICROS = 1_772_323_200_000_000
CITIES = ["Bern", "Genève", "Zürich", "Lugano"]


def payload(number: int, version: int, rng: random.Random) -> str:
    """Key `order-<number>`; numbers whose text must survive, two levels of nesting, a list."""
    return json.dumps(
        {
            "orderId": f"order-{number:09d}",
            "_metadata": {
                "idempotencyKeyResource": f"order-{number:09d}",
                "periodReference": "2026-03",
                "correlationId": f"c-{rng.getrandbits(64):016x}",
            },
            "version": version,
            "eventType": rng.choice(["created", "paid", "shipped"]),
            "userId": f"user-{rng.randrange(100_000)}",
            "amount": "@AMOUNT@",
            "currency": "CHF",
            "eventTimestamp": "2026-03-01T00:00:00.000Z",
            "customer": {
                "name": f"Customer {rng.randrange(10_000)}",
                "tier": rng.choice(["gold", "silver", None]),
                "address": {"street": f"Street {rng.randrange(999)}", "zip": str(rng.randrange(1000, 9999)), "city": rng.choice(CITIES)},
            },
            "device": {"os": rng.choice(["ios", "android"]), "appVersion": f"{rng.randrange(9)}.{rng.randrange(20)}.1", "ip": f"10.0.{rng.randrange(255)}.{rng.randrange(255)}"},
            "items": [{"sku": f"S-{rng.randrange(9999)}", "quantity": rng.randrange(1, 9), "price": 9.5} for _ in range(3)],
            "note": "n" * rng.randrange(20, 90),
        },
        ensure_ascii=False,
    ).replace('"@AMOUNT@"', f"{rng.randrange(1, 100_000)}.{rng.randrange(10)}0")


def main() -> None:
    folder, first, count, base = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    rng = random.Random(first)
    schema = pa.schema(
        [("message_id", pa.string()), ("key", pa.string()), ("micros", pa.int64()), ("published", pa.int64()), ("body", pa.string())]
    )
    newest = {}
    with pq.ParquetWriter(folder / f"{first}.parquet", schema, compression="zstd") as writer:
        rows: list[tuple[str, str, int, int, str]] = []
        sent: list[tuple[str, str, int, int, str]] = []
        for at in range(count):
            micros = START_MICROS + (first + at) * 1_000
            kind = rng.random()
            if kind < 0.1 and sent:
                row = (*(again := rng.choice(sent))[:2], micros, *again[3:])
            else:
                number, version = first + at, 1
                if kind < 0.2 and (sent or base):
                    number, version = (rng.randrange(base) if base else rng.randrange(first, first + at)), 2 + first + at
                row = (f"m-{first + at}", f"order-{number:09d}", micros, micros, payload(number, version, rng))
                newest[row[1]] = row[0]
                if len(sent) < 10_000:
                    sent.append(row)
                else:
                    sent[rng.randrange(10_000)] = row
            rows.append(row)
            if len(rows) == 50_000 or at == count - 1:
                writer.write_table(pa.table(list(map(list, zip(*rows, strict=True))), schema=schema))
                rows = []
    # Later versions are greater and published later, so the last message written of a key is the one that wins.
    (folder / f"{first}.newest.json").write_text(json.dumps(newest))
    print(json.dumps({"rows": count, "keys": len(newest)}))


main()
