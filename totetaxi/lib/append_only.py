"""Tables whose rows are only ever added: the database itself refuses everything else.

Used by migrations. PostgreSQL and SQLite both answer with an IntegrityError.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
# (name of the trigger after the table's, when it fires)
_ROWS = ("update", "delete")


def guard_sql(vendor: str, table: str) -> list[str]:
    """The statements that make `table` append-only on `vendor` (sqlite or postgresql)."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for what in _ROWS
        ]
    return [
        _POSTGRESQL_FUNCTION,
        *(
            f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            for what in _ROWS
        ),
        (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
    ]


def unguard_sql(vendor: str, table: str) -> list[str]:
    """The statements that undo `guard_sql`, whether or not it was run."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{what}" for what in _ROWS]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}" for what in (*_ROWS, "truncate")]


class Guard:
    """The two functions that a migration's RunPython takes, for one table."""

    def __init__(self, table: str) -> None:
        self.table = table

    def install(self, _apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        """Make the table append-only."""
        for statement in guard_sql(editor.connection.vendor, self.table):
            editor.execute(statement, params=None)  # a percent sign is just that

    def remove(self, _apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        """Let its rows be changed again."""
        for statement in unguard_sql(editor.connection.vendor, self.table):
            editor.execute(statement, params=None)  # a percent sign is just that
