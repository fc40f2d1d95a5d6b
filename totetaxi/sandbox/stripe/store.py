"""Everything that the sandbox remembers, in one SQLite database.

An object of Stripe's is a JSON document in `objects`, with a second document (`private`) for
what the API never shows. One connection and one lock: requests take turns, so that each sees a
whole world, and a payment and an expiry never overlap.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    parent TEXT,
    created INTEGER NOT NULL,
    body TEXT NOT NULL,
    private TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_newest ON objects (kind, created, seq);
CREATE INDEX IF NOT EXISTS objects_parent ON objects (parent) WHERE parent IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_intent ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_charge ON objects (kind, json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_customer ON objects (kind, json_extract(body, '$.customer'));
CREATE INDEX IF NOT EXISTS objects_source ON objects (kind, json_extract(body, '$.source'));
CREATE INDEX IF NOT EXISTS objects_status ON objects (kind, json_extract(body, '$.status'));
CREATE INDEX IF NOT EXISTS objects_due ON objects (json_extract(private, '$.due.at'))
    WHERE json_extract(private, '$.due.at') IS NOT NULL;
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_result TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due_at);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER,
    body TEXT
);
CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    entry TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_TABLES = ("objects", "deliveries", "idempotency", "requests", "settings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for: equal fields by JSON path, a parent, bounds of `created`, some types."""

    kind: str
    where: Mapping[str, Any]
    parent: str | None = None
    created: Mapping[str, int] | None = None
    types: Sequence[str] = ()


_BOUNDS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Store:
    """The database of one sandbox."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, making it and its folder if needed; None keeps all in memory."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(
            str(path) if path else ":memory:", isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        # A key whose request died with the process would answer 409 for ever.
        self._db.execute("DELETE FROM idempotency WHERE status IS NULL")

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; commit at the end, or undo all on an error. Nested ones join the outer."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outermost:
                    self._db.execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._db.execute("COMMIT")
            finally:
                self._depth -= 1

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Run one statement and return its rows."""
        with self._lock:
            return self._db.execute(sql, parameters).fetchall()

    def clear(self) -> None:
        """Forget everything."""
        with self.transaction():
            for table in _TABLES:
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from above

    # -------------------------------------------------------------------------- objects

    def add(
        self,
        body: Json,
        *,
        created: int | None = None,
        parent: str | None = None,
        private: Json | None = None,
    ) -> Json:
        """Store a new object under its own `id` and `object`, and return it."""
        self.execute(
            "INSERT INTO objects (id, kind, parent, created, body, private)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                body["id"],
                body["object"],
                parent,
                body["created"] if created is None else created,
                json.dumps(body),
                json.dumps(private or {}),
            ),
        )
        return body

    def get(self, kind: str, object_id: str) -> Json | None:
        """Return a copy of the object, or None."""
        rows = self.execute("SELECT body FROM objects WHERE id = ? AND kind = ?", (object_id, kind))
        return json.loads(rows[0]["body"]) if rows else None

    def find(self, object_id: str) -> Json | None:
        """Return a copy of the object of any kind, or None."""
        rows = self.execute("SELECT body FROM objects WHERE id = ?", (object_id,))
        return json.loads(rows[0]["body"]) if rows else None

    def save(self, body: Json) -> Json:
        """Replace the stored object by this one, and return it."""
        self.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))
        return body

    def private(self, object_id: str) -> Json:
        """Return what the API never shows of an object."""
        rows = self.execute("SELECT private FROM objects WHERE id = ?", (object_id,))
        private: Json = json.loads(rows[0]["private"])
        return private

    def save_private(self, object_id: str, private: Json) -> None:
        """Replace what the API never shows of an object."""
        self.execute(
            "UPDATE objects SET private = ? WHERE id = ?", (json.dumps(private), object_id)
        )

    def newest(
        self, query: Query, *, limit: int, after: str | None = None, before: str | None = None
    ) -> tuple[list[Json], bool]:
        """Return objects from new to old and whether more follow in the direction of travel.

        `after` starts beyond that object; `before` gives those that come just before it.
        """
        clauses, values = _conditions(query)
        cursor = after or before
        if cursor:
            sign = "<" if after else ">"
            place = "(SELECT created, seq FROM objects WHERE id = ?)"
            clauses.append(f"(created, seq) {sign} {place}")
            values.append(cursor)
        order = "ASC" if before else "DESC"
        rows = self.execute(
            f"SELECT body FROM objects WHERE {' AND '.join(clauses)}"  # noqa: S608 - own clauses
            f" ORDER BY created {order}, seq {order} LIMIT ?",
            (*values, limit + 1),
        )
        found = [json.loads(row["body"]) for row in rows[:limit]]
        return (found[::-1] if before else found), len(rows) > limit

    def all(self, query: Query) -> list[Json]:
        """Return every object that matches, from old to new."""
        clauses, values = _conditions(query)
        rows = self.execute(
            f"SELECT body FROM objects WHERE {' AND '.join(clauses)}"  # noqa: S608 - own clauses
            " ORDER BY created, seq",
            values,
        )
        return [json.loads(row["body"]) for row in rows]

    # ------------------------------------------------------------------------- settings

    def setting(self, name: str, default: Any) -> Any:
        """Return a remembered setting, or the default."""
        rows = self.execute("SELECT value FROM settings WHERE name = ?", (name,))
        return json.loads(rows[0]["value"]) if rows else default

    def set_setting(self, name: str, value: Any) -> None:
        """Remember a setting across restarts."""
        self.execute("REPLACE INTO settings (name, value) VALUES (?, ?)", (name, json.dumps(value)))


def _conditions(query: Query) -> tuple[list[str], list[Any]]:
    clauses: list[str] = ["kind = ?"]
    values: list[Any] = [query.kind]
    if query.parent is not None:
        clauses.append("parent = ?")
        values.append(query.parent)
    for field, value in query.where.items():
        clauses.append(f"json_extract(body, '$.{field}') = ?")
        values.append(value)
    for name, bound in (query.created or {}).items():
        clauses.append(f"created {_BOUNDS[name]} ?")
        values.append(bound)
    if query.types:
        clauses.append(f"json_extract(body, '$.type') IN ({', '.join('?' * len(query.types))})")
        values.extend(query.types)
    return clauses, values
