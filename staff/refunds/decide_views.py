"""A refund is approved, refused, tried again, or paid out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payments.models import Refund
from payments.services.refund import PaymentDisputedError, RefundTooLargeError
from payments.services.refund_decisions import (
    OverLimitError,
    OwnRequestError,
    RefundDecidedError,
    waits_for_hand,
)
from staff.access import StaffRequest, staff_page
from staff.identity.confirming import confirm_by, confirm_form
from staff.identity.sessions import is_confirmed
from staff.refunds import services
from staff.refunds.forms import PayForm, RefuseRefundForm
from staff.refunds.views import show
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.money import usd

Refusals = (
    RefundDecidedError,
    OwnRequestError,
    OverLimitError,
    PaymentDisputedError,
    RefundTooLargeError,
)


@require_POST
@staff_page("approve_refunds")
def approve_refund(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Let it go, once it is shown who does it (EXPERIENCE.md, "Safety")."""
    get_object_or_404(Refund, pk=refund_id)
    staff_request, now = cast(StaffRequest, request), clock.now()
    if not is_confirmed(staff_request.sign_in, now):
        form = confirm_form(staff_request, request.POST)
        if not form.is_valid() or not confirm_by(staff_request, form, now=now):
            return show(request, refund_id, confirm=form, status=422)
    return _do(
        request,
        refund_id,
        lambda: services.approve_refund(
            staff_request.staff, refund_id, request=request, now=clock.now()
        ),
        _approved_words,
    )


@require_POST
@staff_page("approve_refunds")
def refuse_refund(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Leave the money where it is, with a reason."""
    get_object_or_404(Refund, pk=refund_id)
    form = RefuseRefundForm(request.POST)
    if not form.is_valid():
        return show(request, refund_id, refuse=form, status=422)
    text = _("Refused: %(amount)s of %(code)s stays here.")
    return _do(
        request,
        refund_id,
        lambda: services.refuse_refund(
            cast(StaffRequest, request).staff,
            refund_id,
            refusal=form.cleaned_data["refusal"],
            request=request,
            now=clock.now(),
        ),
        lambda refund: text % _figures(refund),
    )


@require_POST
@staff_page("approve_refunds", confirmed=True)
def retry_refund(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Try it again; its approval still holds."""
    get_object_or_404(Refund, pk=refund_id)
    text = _("Tried again: %(amount)s for %(code)s is under way.")
    return _do(
        request,
        refund_id,
        lambda: services.retry_refund(
            cast(StaffRequest, request).staff, refund_id, request=request, now=clock.now()
        ),
        lambda refund: text % _figures(refund),
    )


@require_POST
@staff_page("override_payment", confirmed=True)
def pay_refund(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Write down that it was paid out."""
    get_object_or_404(Refund, pk=refund_id)
    form = PayForm(request.POST)
    if not form.is_valid():
        return show(request, refund_id, pay=form, status=422)
    text = _("Written down: %(amount)s for %(code)s was paid out.")
    return _do(
        request,
        refund_id,
        lambda: services.pay_refund(
            cast(StaffRequest, request).staff,
            refund_id,
            proof=form.cleaned_data["proof"],
            request=request,
            now=clock.now(),
        ),
        lambda refund: text % _figures(refund),
    )


def _do(
    request: HttpRequest,
    refund_id: UUID,
    act: Callable[[], Refund],
    words: Callable[[Refund], str],
) -> HttpResponseBase:
    """Act and go on to the refund as it is now; or say on its page why not (409)."""
    try:
        refund = act()
    except Refusals as refused:
        return show(request, refund_id, notice=refused.sentence, status=409)
    messages.success(request, words(refund))
    return redirect(request, reverse("staff:refund", args=[refund.pk]))


def _approved_words(refund: Refund) -> str:
    if waits_for_hand(refund):
        return _("Approved: pay %(amount)s for %(code)s out by hand.") % _figures(refund)
    return _("Approved: %(amount)s for %(code)s is on its way back.") % _figures(refund)


def _figures(refund: Refund) -> dict[str, str]:
    return {"amount": usd(refund.amount_cents), "code": refund.payment.booking.code}
