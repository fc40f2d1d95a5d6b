"""Money is asked back for a booking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.bookings.money import card_words
from booking.models import Booking
from payments.models import Payment, Refund
from payments.money import MoneyState, money_state
from payments.services.refund import PaymentDisputedError, RefundTooLargeError
from staff.access import StaffRequest, staff_page
from staff.bookings.page.content import get_booking
from staff.payment_links.forms import typed_dollars
from staff.refunds import services
from staff.refunds.forms import AskForm
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.money import usd

WHOLE, SURPLUS = "whole", "surplus"


@dataclass(frozen=True, kw_only=True)
class PaidRow:
    """A payment and what became of its money, in cents."""

    payment: Payment
    how: str
    refunded_cents: int
    under_way_cents: int
    left_cents: int


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("request_refunds")
def request_refund(request: HttpRequest, number: int) -> HttpResponseBase:
    """What is left (GET; `fill` is whole or surplus and fills in the sum), ask for it (POST)."""
    booking = get_booking(number)
    money = money_state(booking)
    if request.method != "POST":
        initial = _initial(money, request.GET.get("fill", ""))
        return _show(
            request, booking, money, AskForm(booking=booking, money=money, initial=initial)
        )
    form = AskForm(request.POST, booking=booking, money=money)
    if not form.is_valid():
        return _show(request, booking, money, form, status=422)
    given = form.cleaned_data
    try:
        refunds = services.request_refund(
            cast(StaffRequest, request).staff,
            booking,
            amount_cents=given["amount"],
            reason=Refund.Reason(given["reason"]),
            note=given["note"],
            left_cents=given["left_cents"],
            request=request,
            now=clock.now(),
        )
    except (RefundTooLargeError, PaymentDisputedError) as refused:
        form.add_error("amount", refused.sentence)
        return _show(request, booking, money, form, status=422)
    except services.MoneyMovedError as moved:
        fresh = AskForm(booking=booking, money=money, initial=request.POST.dict() | _left(money))
        return _show(request, booking, money, fresh, notice=moved.sentence, status=409)
    text = _("%(amount)s for %(code)s is asked for. Somebody else approves it.")
    messages.success(request, text % {"amount": usd(given["amount"]), "code": booking.code})
    return redirect(request, _after(booking, refunds))


def _after(booking: Booking, refunds: list[Refund]) -> str:
    if len(refunds) == 1:
        return reverse("staff:refund", args=[refunds[0].pk])
    return reverse("staff:booking", args=[booking.number])


def _initial(money: MoneyState, fill: str) -> dict[str, Any]:
    if fill == SURPLUS and money.surplus_cents:
        return {"amount": typed_dollars(money.surplus_cents), "reason": Refund.Reason.SURPLUS}
    return {"amount": typed_dollars(money.left_cents)} if fill == WHOLE else {}


def _left(money: MoneyState) -> dict[str, Any]:
    return {"left_cents": money.left_cents}


def _show(
    request: HttpRequest,
    booking: Booking,
    money: MoneyState,
    form: AskForm,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "booking": booking,
        "money": money,
        "rows": _rows(booking),
        "form": form if money.left_cents else None,
        "notice": notice,
    }
    return render(request, "staff/refunds/request_refund.html", context, status=status)


def _rows(booking: Booking) -> list[PaidRow]:
    """The payments whose money came, the newest first: in this order they give it back."""
    rows = booking.payments.succeeded().filter(captured_cents__gt=0)
    found = rows.order_by("-succeeded_at").prefetch_related("refunds")
    return [_row(payment) for payment in found]


def _row(payment: Payment) -> PaidRow:
    back = {Refund.Status.SUCCEEDED: 0, Refund.Status.PENDING: 0}
    for refund in payment.refunds.all():
        if not refund.counts:
            continue
        is_done = refund.status == Refund.Status.SUCCEEDED
        key = Refund.Status.SUCCEEDED if is_done else Refund.Status.PENDING
        back[key] += refund.amount_cents
    done, waits = back.values()
    return PaidRow(
        payment=payment,
        how=card_words(payment),
        refunded_cents=done,
        under_way_cents=waits,
        left_cents=payment.captured_cents - done - waits,
    )
