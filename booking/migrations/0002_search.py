"""A trigram index on what bookings are found by, where the database has such a thing."""

from django.db import migrations


def make_trigram_index(apps, schema_editor):
    """On PostgreSQL. Without the extension (a part of every usual package) search reads it all."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(
        "CREATE INDEX booking_search_trigrams ON booking_booking"
        " USING gin (search_text gin_trgm_ops)"
    )


def drop_trigram_index(apps, schema_editor):
    """The extension stays: others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS booking_search_trigrams")


class Migration(migrations.Migration):

    dependencies = [("booking", "0001_initial")]

    operations = [migrations.RunPython(make_trigram_index, drop_trigram_index)]
