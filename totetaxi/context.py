"""What every page may show, without a query."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Phone number and environment."""
    return {
        "phone": settings.PHONE,
        "environment": settings.ENV.environment,
    }
