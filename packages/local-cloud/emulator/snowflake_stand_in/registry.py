"""What the account holds besides fakesnow's tables; on disk, so that a restart is no loss."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .settings import CATALOG


@dataclass
class Refreshed:
    """One line of a table's refresh history."""

    at: str
    location: str
    snapshot: str | None
    schema: str
    sequence: str
    summary: str
    query_id: str


@dataclass
class IcebergTable:
    """An Iceberg table of an external catalog; `state` is of its automatic refresh."""

    database: str
    schema: str
    name: str
    namespace: str
    catalog_table: str
    catalog: str
    volume: str
    is_auto: bool
    created: str
    state: str = "RUNNING"
    reason: str = ""
    failures: int = 0
    checked: str = ""
    history: list[Refreshed] = field(default_factory=list)

    @property
    def key(self) -> str:
        """`DATABASE.SCHEMA.TABLE`."""
        return f"{self.database}.{self.schema}.{self.name}"

    @property
    def quoted(self) -> str:
        """The name as SQL."""
        return ".".join('"' + part.replace('"', '""') + '"' for part in (self.database, self.schema, self.name))

    @property
    def current(self) -> Refreshed | None:
        """What the table shows."""
        return self.history[-1] if self.history else None


HISTORY_MAX = 100


class Registry:
    """All of it, written after each change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.tables: dict[str, IcebergTable] = {}
        self.schemas: set[tuple[str, str]] = set()
        self.integrations: dict[str, dict[str, str]] = {CATALOG: {"CATALOG_SOURCE": "GLUE", "ENABLED": "TRUE"}}
        self.volumes: dict[str, dict[str, str]] = {}
        if path.exists():
            self._load(json.loads(path.read_text()))

    def _load(self, content: dict[str, Any]) -> None:
        for one in content["tables"]:
            history = [Refreshed(**line) for line in one.pop("history")]
            table = IcebergTable(**one, history=history)
            self.tables[table.key] = table
        self.schemas = {(database, schema) for database, schema in content["schemas"]}
        self.integrations |= content["integrations"]
        self.volumes |= content["volumes"]

    def save(self) -> None:
        """Whole or not at all."""
        with self.lock:
            for table in self.tables.values():
                del table.history[:-HISTORY_MAX]
            content = {
                "tables": [asdict(table) for table in self.tables.values()],
                "schemas": sorted(self.schemas),
                "integrations": self.integrations,
                "volumes": self.volumes,
            }
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self.path.with_suffix(".tmp")
            temporary.write_text(json.dumps(content, indent=1))
            temporary.replace(self.path)
