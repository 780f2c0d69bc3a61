"""Spark for both systems alike, RAW of both from the same events, and what is in the tables afterwards."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packages/pipeline/glue"))

from lean_ops.session import archive_options, folder_settings, open_local_session  # noqa: E402

OURS_RAW = (
    "topic string, message_id string, sqs_message_id string, idempotency_key string, period_reference string, "
    "correlation_id string, publish_time timestamp_ntz, ingestion_ts timestamp_ntz, edit_revision int, "
    "replay_id string, origin_arn string, message_attributes string, payload_encoding string, json_payload string"
)
THEIRS_RAW = (
    "topic_name string, message_id string, idempotency_key string, period_reference string, correlation_id string, "
    "publish_time timestamp, ingestion_ts bigint, json_payload string"
)
THEIRS_ENVELOPE = (
    "message_id string, idempotency_key string, period_reference string, correlation_id string, topic_name string, "
    "publish_time timestamp, ingestion_ts bigint"
)
# What their schema_validator would have made of curated_schema.json, under the names their flattening gives.
THEIRS_COLUMNS = {
    "message_id": "STRING",
    "idempotency_key": "STRING",
    "period_reference": "STRING",
    "publish_time": "TIMESTAMP",
    "eventtype": "STRING",
    "userid": "STRING",
    "amount": "DECIMAL(12,2)",
    "currency": "STRING",
    "eventtimestamp": "TIMESTAMP",
    "customer_name": "STRING",
    "customer_address_city": "STRING",
    "device_os": "STRING",
}
THEIRS_CRITICAL = ("idempotency_key", "eventtype", "userid")


def open_spark(folder: Path, memory: str):
    """With more than a gigabyte there are so many rows that the optimising compiler, which Glue has, earns its time back."""
    jars = ROOT / ".local/jars"
    options = f"-XX:TieredStopAtLevel=4 {archive_options(jars)}" if memory != "1g" else None
    return open_local_session(folder_settings(folder / "warehouse"), jars, memory, options)


V2 = "TBLPROPERTIES ('format-version'='2')"


def create_our_raw(spark) -> None:
    """RAW as our migrations make it; our jobs make their own tables."""
    spark.sql("CREATE NAMESPACE IF NOT EXISTS glue_catalog.ours_raw")
    spark.sql(f"CREATE TABLE IF NOT EXISTS glue_catalog.ours_raw.orders ({OURS_RAW}) USING iceberg PARTITIONED BY (days(ingestion_ts)) {V2}")


def create_their_tables(spark, aws: Path) -> None:
    """RAW of the old system, and the tables that it expects to be there."""
    for database in ("iceberg_raw_db", "iceberg_standardized_db", "iceberg_curated_db"):
        spark.sql(f"CREATE NAMESPACE IF NOT EXISTS glue_catalog.{database}")
    spark.sql(f"CREATE TABLE IF NOT EXISTS glue_catalog.iceberg_raw_db.orders_staging ({THEIRS_RAW}) USING iceberg PARTITIONED BY (days(publish_time)) {V2}")
    spark.sql(
        f"CREATE TABLE IF NOT EXISTS glue_catalog.iceberg_standardized_db.orders ({THEIRS_ENVELOPE}) USING iceberg "
        f"PARTITIONED BY (period_reference, days(publish_time)) {V2}"
    )
    columns = ", ".join(f"{name} {kind}" for name, kind in THEIRS_COLUMNS.items())
    audit = "first_seen_ts TIMESTAMP, last_updated_ts TIMESTAMP, _schema_version STRING"
    spark.sql(f"CREATE TABLE IF NOT EXISTS glue_catalog.iceberg_curated_db.orders ({columns}, {audit}) USING iceberg PARTITIONED BY (period_reference, days(publish_time)) {V2}")
    spark.sql(
        "CREATE TABLE IF NOT EXISTS glue_catalog.iceberg_curated_db.errors (message_id STRING, idempotency_key STRING, raw_record STRING, "
        f"error_type STRING, error_field STRING, error_message STRING, processed_ts TIMESTAMP) USING iceberg {V2}"
    )
    spark.sql(
        "CREATE TABLE IF NOT EXISTS glue_catalog.iceberg_curated_db.drift_log (detected_ts TIMESTAMP, column_name STRING, action STRING, "
        f"source_layer STRING, old_value STRING, new_value STRING, details STRING) USING iceberg {V2}"
    )
    schema = {
        "columns": {n: {"type": t, "cde": n in THEIRS_CRITICAL, "nullable": n not in THEIRS_CRITICAL} for n, t in THEIRS_COLUMNS.items()},
        "audit_columns": {
            "first_seen_ts": {"type": "TIMESTAMP"},
            "last_updated_ts": {"type": "TIMESTAMP"},
            "_schema_version": {"type": "STRING", "default": "1.0.0"},
        },
    }
    (aws / "schemas").mkdir(parents=True, exist_ok=True)
    (aws / "schemas/curated_schema.json").write_text(json.dumps(schema))


def append_events(spark, file: Path, has_theirs: bool) -> None:
    """The messages of a file as one commit to our RAW table, and the same to theirs."""
    spark.read.parquet(str(file)).createOrReplaceTempView("events")
    spark.sql(
        """SELECT 'orders' AS topic, message_id, message_id AS sqs_message_id, key AS idempotency_key, '2026-03' AS period_reference,
           CAST(NULL AS string) AS correlation_id, CAST(timestamp_micros(published) AS timestamp_ntz) AS publish_time,
           CAST(timestamp_micros(micros) AS timestamp_ntz) AS ingestion_ts, 0 AS edit_revision, CAST(NULL AS string) AS replay_id,
           'arn:aws:sqs:us-east-1:000000000000:orders' AS origin_arn, CAST(NULL AS string) AS message_attributes,
           'none' AS payload_encoding, body AS json_payload FROM events"""
    ).writeTo("glue_catalog.ours_raw.orders").append()
    if not has_theirs:
        return
    spark.sql(
        """SELECT 'orders' AS topic_name, message_id, key AS idempotency_key, '2026-03' AS period_reference,
           CAST(NULL AS string) AS correlation_id, timestamp_micros(published) AS publish_time,
           micros div 1000000 AS ingestion_ts, body AS json_payload FROM events"""
    ).writeTo("glue_catalog.iceberg_raw_db.orders_staging").append()


def bytes_below(folder: Path) -> int:
    """Data and metadata on disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.name.endswith(".crc"))
