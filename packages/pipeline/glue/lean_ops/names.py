"""Quoted names and texts for SQL."""

from __future__ import annotations

CATALOG = "glue_catalog"


def quote(name: str) -> str:
    """A column's or table's name."""
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """A string literal; Spark reads backslashes as escapes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def table_name(database: str, table: str) -> str:
    """Full name for SQL."""
    return f"{CATALOG}.{quote(database)}.{quote(table)}"
