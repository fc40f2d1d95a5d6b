"""A payment's page, and what can be done about one that does not match."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from payments.services.mismatch import MismatchDecidedError
from payments.services.refund import RefundTooLargeError
from payments.services.strike import StrikeRefusedError
from staff.access import StaffRequest, staff_page
from staff.payments import services
from staff.payments.content import content_of, get_payment
from staff.payments.forms import StrikeForm
from staff.payments.listing import payment_address
from staff.payments.words import came_words
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.money import usd


@require_safe
@staff_page("view_money")
def payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Everything about one payment."""
    return _page(request, payment_id, StrikeForm())


@require_POST
@staff_page("override_payment")
def accept_payment(request: HttpRequest, payment_id: UUID) -> HttpResponseBase:
    """Count as paid what came, where it is just what is due."""
    found = get_payment(payment_id)
    staff = cast(StaffRequest, request).staff
    try:
        services.accept_payment(staff, found.pk, request=request, now=clock.now())
    except MismatchDecidedError as refused:
        messages.error(request, refused.sentence)
    else:
        words = {"sum": usd(found.captured_cents), "code": found.booking.code}
        messages.success(request, _("%(sum)s is accepted for %(code)s.") % words)
    return redirect(request, payment_address(found.pk))


@require_POST
@staff_page("override_payment")
def strike_payment(request: HttpRequest, payment_id: UUID) -> HttpResponseBase:
    """Let an offline payment count no more that was written down by mistake."""
    found = get_payment(payment_id)
    form = StrikeForm(request.POST)
    if not form.is_valid():
        return _page(request, payment_id, form, status=422)
    staff, why = cast(StaffRequest, request).staff, form.cleaned_data["why"]
    try:
        services.strike_payment(staff, found.pk, why=why, request=request, now=clock.now())
    except StrikeRefusedError as refused:
        form.add_error(None, refused.sentence)
        return _page(request, payment_id, form, status=409)
    words = {"sum": usd(found.captured_cents), "code": found.booking.code}
    messages.success(request, _("%(code)s: %(sum)s is struck out and counts no more.") % words)
    return redirect(request, payment_address(found.pk))


@require_POST
@staff_page("request_refunds")
def return_payment(request: HttpRequest, payment_id: UUID) -> HttpResponseBase:
    """Ask for all of it to go back."""
    found = get_payment(payment_id)
    staff = cast(StaffRequest, request).staff
    try:
        services.return_payment(staff, found.pk, request=request, now=clock.now())
    except (MismatchDecidedError, RefundTooLargeError) as refused:
        messages.error(request, refused.sentence)
    else:
        words = {"sum": came_words(found, found.captured_cents)}
        text = _("The refund of %(sum)s is asked for: somebody else approves it.")
        messages.success(request, text % words)
    return redirect(request, payment_address(found.pk))


def _page(
    request: HttpRequest, payment_id: UUID, strike: StrikeForm, *, status: int = 200
) -> HttpResponse:
    found = get_payment(payment_id)
    content = content_of(found, cast(StaffRequest, request).staff)
    context = {"content": content, "payment": found, "booking": found.booking, "strike": strike}
    return render(request, "staff/payments/payment.html", context, status=status)
