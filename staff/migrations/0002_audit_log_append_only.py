"""The database refuses to change, delete or truncate rows of the audit log."""

from django.db import migrations

from totetaxi.lib.append_only import Guard

GUARD = Guard("staff_auditlog")


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [migrations.RunPython(GUARD.install, GUARD.remove)]
