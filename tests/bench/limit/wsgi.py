"""The limit project under gunicorn. `/bare/` is answered without any middleware (L0)."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

with_middleware = get_wsgi_application()
with override_settings(MIDDLEWARE=[]):
    without_middleware = WSGIHandler()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Choose by the path."""
    bare = environ["PATH_INFO"] == "/bare/"
    return (without_middleware if bare else with_middleware)(environ, start_response)
