"""allauth's views, in our manners."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, cast

from allauth.core import ratelimit
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponseBase]
# The pages of a signed-in person; the others are for everybody.
OWN_PAGES = frozenset(
    {
        "account_reauthenticate",
        "account_email",
        "account_change_password",
        "account_set_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
    }
)
OVER_THE_LIMIT = frozenset({"too_many_login_attempts", "rate_limited"})


def in_our_manners(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same addresses, each view wrapped by `courteous`."""
    return [
        URLResolver(
            entry.pattern, in_our_manners(entry.url_patterns), entry.default_kwargs, entry.app_name
        )
        if isinstance(entry, URLResolver)
        else URLPattern(
            entry.pattern, courteous(entry.callback, entry.name), entry.default_args, entry.name
        )
        for entry in patterns
    ]


def courteous(view: View, name: str | None) -> View:
    """No cache keeps the page; staff find no pages of their own here; a refused form is a 422.

    What was tried too often is answered by the one page for that, with 429.
    """

    @wraps(view)
    def courteous_view(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if name in OWN_PAGES and getattr(request.user, "is_staff", False):
            raise Http404
        response = view(request, *args, **options)
        if request.method != "POST" or not isinstance(response, TemplateResponse):
            return response
        forms = [form for form in _forms(response) if form.is_bound and form.errors]
        if any(OVER_THE_LIMIT & _codes(form) for form in forms):
            return cast(HttpResponse, ratelimit.respond_429(request))
        if forms:
            response.status_code = 422
        return response

    return never_cache(courteous_view)


def _forms(response: TemplateResponse) -> Iterator[BaseForm]:
    values = (response.context_data or {}).values()
    return (value for value in values if isinstance(value, BaseForm))


def _codes(form: BaseForm) -> set[str]:
    return {str(error.code) for errors in form.errors.as_data().values() for error in errors}
