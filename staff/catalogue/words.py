"""Values of the catalogue in words: in its lists, on a row's page, in its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.db import models
from django.utils import dateformat
from django.utils.translation import gettext as _

from booking.models.choices import SERVICE_CHOICES
from totetaxi.lib.money import usd


def value_words(model: type[models.Model], name: str, value: Any) -> str:
    """A plain value, as `forms.base.values_of` and the audit log write it, in words."""
    if value in (None, ""):
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "services":
        return services_words(value)
    return _number_words(name, value) or _field_words(model._meta.get_field(name), value)


def _number_words(name: str, value: Any) -> str:
    if name.endswith("_cents"):
        return usd(value)
    if name.endswith("percent"):
        return f"{value} %"
    return f"{value:,}" if isinstance(value, int) else ""


def _field_words(field: Any, value: str) -> str:
    if isinstance(field, models.TimeField):
        return dateformat.time_format(time.fromisoformat(value), "g:i A")
    if isinstance(field, models.DateField):
        return dateformat.format(date.fromisoformat(value), "M j, Y")
    return str(dict(getattr(field, "flatchoices", [])).get(value, value))


def services_words(services: Sequence[str]) -> str:
    """`Mini Move, Specialty items`; none named: all services."""
    labels = dict(SERVICE_CHOICES)
    return ", ".join(str(labels.get(code, code)) for code in services) or _("All services")
