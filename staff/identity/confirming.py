"""Showing again who one is: on a page of its own, or in the form of what is sensitive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from staff.access import StaffRequest
from staff.identity import services
from staff.identity.factors import factors_of, passkey_request
from staff.identity.forms import CODE_REFUSED, PASSKEY_REFUSED, REFUSED, CodeForm, ConfirmForm


def confirm_form(request: StaffRequest, typed: Any = None) -> CodeForm | ConfirmForm:
    """Asks for a second factor, or where there is none for the password."""
    return (CodeForm if factors_of(request.staff.user) else ConfirmForm)(typed)


def confirm_context(request: StaffRequest, form: CodeForm | ConfirmForm) -> dict[str, Any]:
    """What staff/identity/confirm.html and staff/identity/code_fields.html need of it."""
    found = factors_of(request.staff.user)
    return {
        "form": form,
        "has_factors": bool(found),
        "options": passkey_request(request.staff.user) if found.passkeys else "",
    }


def confirm_by(request: StaffRequest, form: CodeForm | ConfirmForm, *, now: datetime) -> bool:
    """Whether what a valid form shows is right: then it holds for a while. Otherwise the form says
    what to do.
    """
    try:
        if isinstance(form, ConfirmForm):
            right = services.check_password(
                request, request.staff.user.email, form.cleaned_data["password"], now=now
            )
            method = "password" if right else ""
        else:
            method = services.check_second_factor(
                request, request.staff, **form.cleaned_data, now=now
            )
    except services.LockedError:
        form.add_error(None, REFUSED)
        return False
    if not method:
        by_key = form.cleaned_data.get("passkey") is not None
        words = PASSKEY_REFUSED if by_key else CODE_REFUSED
        form.add_error(None, REFUSED if isinstance(form, ConfirmForm) else words)
        return False
    services.confirm(request, request.sign_in, method=method, now=now)
    request.sign_in.confirmed_at = now
    return True
