from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class TotetaxiConfig(AppConfig):
    """The composition root: template tags, commands that span apps, and the job tables."""

    name = "totetaxi"
    verbose_name = "ToteTaxi"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from totetaxi import checks  # noqa: F401  registers the system checks


class StaticFiles(StaticFilesConfig):
    """Static files, without the sources that Tailwind makes the stylesheet from."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "src"]


class OfficeAdmin(AdminConfig):
    """The Django admin, behind the staff's own sign-in."""

    default_site = "staff.admin_site.OfficeAdminSite"
