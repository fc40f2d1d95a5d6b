"""Fixtures of the whole suite. The browser's are in tests/browser.py."""

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands import flush as flush_command
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from totetaxi.lib.append_only import guard_sql, unguard_sql

pytest_plugins = ["tests.browser", "tests.money_holds", "tests.sandbox.fixtures"]
TESTS = Path(__file__).resolve().parent
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "live_server"})
FILLED_BY_MIGRATING = frozenset({"django_content_type", "auth_permission"})
GUARDED_TABLES = ("staff_auditlog", "payments_paymentaudit")

# The same examples at every run in CI; new ones at every run elsewhere.
hypothesis_settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=60, database=None
)
hypothesis_settings.register_profile(
    "dev", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Put SQLite's test database into a file of its own, one for each worker of each run.

    Django's default is a database in memory, which the threads of a live server cannot share.
    """
    database = settings.DATABASES["default"]
    if is_sqlite():
        database["TEST"]["NAME"] = str(tmp_path_factory.getbasetemp() / "test.sqlite3")
        # Nobody needs this file after a loss of power; the tests run twice as fast.
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("FULL", "OFF")


@pytest.fixture(scope="session", autouse=True)
def _flush_quickly() -> None:
    """Empty the database between tests: past the guards of the append-only tables, and quickly.

    What migrating fills from the code is left as it is, for making it anew takes longer than most
    tests. PostgreSQL takes longer to truncate a hundred small tables than to delete their few rows.
    Without rules and triggers (a superuser may) they can be deleted in any order.
    """
    operations: Any = type(connection.ops)
    command: Any = flush_command
    truncate, flush = operations.sql_flush, operations.execute_sql_flush

    def delete_all(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        tables = [table for table in tables if table not in FILLED_BY_MIGRATING]
        if is_sqlite() or not _is_superuser():
            statements: list[str] = truncate(self, style, tables, **options)
            return statements
        quoted = [connection.ops.quote_name(table) for table in tables]
        return [
            "SET session_replication_role = replica",
            *(f"DELETE FROM {table}" for table in quoted),
            "SET session_replication_role = DEFAULT",
        ]

    def flush_all(self: Any, statements: list[str]) -> None:
        vendor = self.connection.vendor
        with self.connection.cursor() as cursor:
            for statement in chain.from_iterable(unguard_sql(vendor, t) for t in GUARDED_TABLES):
                cursor.execute(statement)
        flush(self, statements)
        with self.connection.cursor() as cursor:
            for statement in chain.from_iterable(guard_sql(vendor, t) for t in GUARDED_TABLES):
                cursor.execute(statement)

    operations.sql_flush = delete_all
    operations.execute_sql_flush = flush_all
    command.emit_post_migrate_signal = lambda *args, **kwargs: None


def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run each test where its database matters: most on both, some once.

    Once, on SQLite: what uses no database of ours, and what pages look like. Once, on PostgreSQL,
    as in production: what only it can show, and the journeys; but a booking is bought on both.
    """
    left_out = [item for item in items if not _matters_here(item)]
    items[:] = [item for item in items if item not in set(left_out)]
    config.hook.pytest_deselected(items=left_out)


def _matters_here(item: pytest.Item) -> bool:
    folder, fixtures = item.path.relative_to(TESTS).parts[0], set(getattr(item, "fixturenames", ()))
    is_journey = folder == "journeys"
    if is_sqlite():
        is_bought = item.path.name == "test_book_and_pay.py"
        return not item.get_closest_marker("postgresql") and (is_bought or not is_journey)
    uses_database = item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES
    return bool(uses_database) and folder != "sandbox" and (is_journey or "browser" not in fixtures)


def is_sqlite() -> bool:
    """Whether this run is the one on SQLite."""
    return settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"


@pytest.fixture(autouse=True)
def _empty_cache(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Counts of one test do not limit the next: flushing a database leaves the cache's table."""
    yield
    marker = request.node.get_closest_marker("django_db")
    flushes = marker is not None and marker.kwargs.get("transaction", False)
    if flushes or "live_server" in request.fixturenames:
        with django_db_blocker.unblock():
            cache.clear()
