"""Tables with a history of commits, as far as the rules need them: append, overwrite, replace, expiry, ancestors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Row = TypeVar("Row")


class BrokenChainError(Exception):
    """A snapshot that a reader needs was expired, or the range holds more than appends."""


@dataclass(frozen=True)
class Snapshot(Generic[Row]):
    id: int
    parent: int | None
    operation: str
    pass_id: str | None
    #: What this commit brought, and everything that is there after it.
    added: tuple[Row, ...]
    rows: tuple[Row, ...]


@dataclass
class Table(Generic[Row]):
    snapshots: dict[int, Snapshot[Row]] = field(default_factory=dict)
    head: int | None = None
    count: int = 0

    def append(self, rows: Iterable[Row], pass_id: str | None = None) -> int:
        added = tuple(rows)
        return self._commit("append", pass_id, added, (*self.rows(), *added))

    def overwrite(self, rows: Iterable[Row], pass_id: str | None = None) -> int:
        after = tuple(rows)
        return self._commit("overwrite", pass_id, after, after)

    def compact(self) -> None:
        """Other files, the same rows: hides the last pass id from the head."""
        if self.head is not None:
            self._commit("replace", None, (), self.rows())

    def expire(self, keep_from: int | None) -> None:
        """Forgets snapshots older than `keep_from`; None keeps all. The head always stays."""
        if keep_from is None:
            return
        keep = set(self._ancestors(self.head, keep_from))
        self.snapshots = {id: snapshot for id, snapshot in self.snapshots.items() if id in keep}

    def rows(self, at: int | None = None) -> tuple[Row, ...]:
        at = self.head if at is None else at
        if at is None:
            return ()
        if at not in self.snapshots:
            raise BrokenChainError(at)
        return self.snapshots[at].rows

    def appended(self, after: int | None, to: int) -> tuple[Row, ...]:
        """Rows of (after, to]; None = from the beginning."""
        if after is None:
            return self.rows(to)
        found: list[Row] = []
        for id in reversed(self._ancestors(to, after)[:-1]):
            snapshot = self.snapshots[id]
            if snapshot.operation not in ("append", "replace"):
                raise BrokenChainError(snapshot.operation)
            found += snapshot.added
        return tuple(found)

    def has_pass(self, pass_id: str) -> bool:
        """Looks through all ancestors that are left, not only at the head."""
        at = self.head
        while at is not None and at in self.snapshots:
            if self.snapshots[at].pass_id == pass_id:
                return True
            at = self.snapshots[at].parent
        return False

    def _ancestors(self, at: int | None, until: int) -> list[int]:
        """From `at` back to and including `until`."""
        found: list[int] = []
        while at is not None and at in self.snapshots:
            found.append(at)
            if at == until:
                return found
            at = self.snapshots[at].parent
        raise BrokenChainError(until)

    def _commit(self, operation: str, pass_id: str | None, added: tuple[Row, ...], rows: tuple[Row, ...]) -> int:
        self.count += 1
        self.snapshots[self.count] = Snapshot(self.count, self.head, operation, pass_id, added, rows)
        self.head = self.count
        return self.count
