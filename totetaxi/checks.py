"""System checks that Django does not bring (run by `manage.py check --deploy`)."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LOOSE = {"'unsafe-inline'", "'unsafe-eval'", "*"}


@register(Tags.security, deploy=True)
def check_policy(**kwargs: Any) -> list[CheckMessage]:
    """The Content-Security-Policy stays strict, and cookies are bound to the host."""
    found: list[CheckMessage] = []
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    loose = [name for name, values in policy.items() if LOOSE & {str(value) for value in values}]
    if loose:
        found.append(Error(f"The CSP is loose in {', '.join(loose)}.", id="totetaxi.E001"))
    found += [
        Error(f"{name} must start with __Host-.", id="totetaxi.E002")
        for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")
        if not getattr(settings, name).startswith("__Host-")
    ]
    return found
