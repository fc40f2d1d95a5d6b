"""The database refuses to change, delete or truncate rows of the audit of money."""

from django.db import migrations

from totetaxi.lib.append_only import Guard

GUARD = Guard("payments_paymentaudit")


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunPython(GUARD.install, GUARD.remove)]
