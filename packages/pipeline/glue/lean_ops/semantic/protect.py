"""Classified values as they may be stored: HMAC-SHA-256 (hex, one secret for the whole stage) or a mask."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lean_ops.errors import PassError
from lean_ops.plan import Contract, ContractColumn

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: Stands for every hidden value, here as in the console.
MASK = "•••"
_VIEW = "lean_ops_hash_pads"
_BLOCK = 64


def needs_secret(contract: Contract) -> bool:
    """Something is hashed: a column, or the key."""
    return is_key_classified(contract) or any(column.classification == "hash" for column in contract.columns)


def is_key_classified(contract: Contract) -> bool:
    """The merge key would show a value that its column hides."""
    return any(c.path == contract.key_path and c.classification is not None for c in contract.columns)


def read_secret(arn: str | None) -> bytes:
    """The stage's hash secret, from Secrets Manager or in tests from `file://`. No error says its value."""
    if not arn:
        raise PassError(
            "HASH_SECRET_MISSING", "the contract hashes values, but there is no --HASH_SECRET_ARN", "config"
        )
    if arn.startswith("file://"):
        from lean_ops.objects import open_objects

        body = open_objects(arn).get(arn)
        if body is None:
            raise PassError("HASH_SECRET_MISSING", "there is no secret at --HASH_SECRET_ARN", "config")
        return body
    import boto3

    text: str = boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return text.encode()


def register_secret(spark: SparkSession, secret: bytes) -> None:
    """
    Makes HMAC's two pads known to the session, as rows of a view: literals would be readable in query plans, which
    Spark writes to its event log.
    """
    key = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
    inner, outer = (bytearray(byte ^ pad for byte in key) for pad in (0x36, 0x5C))
    spark.createDataFrame([(inner, outer)], "inner_pad binary, outer_pad binary").createOrReplaceTempView(_VIEW)


def hash_text(text: str) -> str:
    """SQL: HMAC-SHA-256 of a text's UTF-8 bytes in lower-case hex, NULL of NULL. Needs `register_secret`."""
    inner = f"sha2(concat((SELECT inner_pad FROM {_VIEW}), CAST({text} AS BINARY)), 256)"
    return f"sha2(concat((SELECT outer_pad FROM {_VIEW}), unhex({inner})), 256)"


def protect_value(value: str, column: ContractColumn) -> str:
    """SQL of what the semantic table stores for a column that is not dropped."""
    match column.classification:
        case "hash":
            return hash_text(canonical_text(value, column))
        case "mask":
            return f"CASE WHEN {value} IS NOT NULL THEN '{MASK}' END"
        case _:
            return value


def canonical_text(value: str, column: ContractColumn) -> str:
    """SQL of the value's canonical text (`cast-value.ts`): equal values have equal hashes in every topic."""
    if column.type.kind == "timestamp":
        return f"date_format({value}, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'\")"
    return f"CAST({value} AS STRING)"


def protect_key(key: str, contract: Contract) -> str:
    """SQL of the merge key as the semantic tables have it; keyless messages keep their `m:<message id>`."""
    if not is_key_classified(contract):
        return key
    return f"CASE WHEN startswith({key}, 'k:') THEN concat('k:', {hash_text(f'substr({key}, 3)')}) ELSE {key} END"
