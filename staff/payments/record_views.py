"""Money that came past Stripe is written down at its booking."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.models import Booking
from payments.money import money_state
from payments.services.offline import (
    MoreThanDueError,
    OfflineRefusedError,
    WrittenBeforeError,
    why_not_record,
)
from staff.access import StaffRequest, staff_page
from staff.bookings.addresses import booking_address
from staff.bookings.page.content import get_booking
from staff.payments import services
from staff.payments.forms import RecordPaymentForm
from staff.payments.words import how_words
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.money import usd


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("override_payment")
def record_payment(request: HttpRequest, number: int) -> HttpResponseBase:
    """Write down cash, a transfer or a paid invoice. What is more than due, or was written down
    just before, is asked for once more.
    """
    booking = get_booking(number)
    if request.method != "POST":
        return _page(request, booking, None)
    form = RecordPaymentForm(request.POST)
    if not form.is_valid() or not _write(request, booking, form):
        return _page(request, booking, form, status=422)
    return redirect(request, booking_address(booking.number))


def _write(request: HttpRequest, booking: Booking, form: RecordPaymentForm) -> bool:
    """Whether it was written down; else the form says what stands in the way."""
    staff = cast(StaffRequest, request).staff
    try:
        payment = services.record_payment(
            staff, booking.pk, form.money(), request=request, now=clock.now()
        )
    except MoreThanDueError as more:
        form.ask_over(more)
    except WrittenBeforeError as before:
        form.ask_again(before)
    except OfflineRefusedError as refused:
        form.add_error(refused.field or None, refused.sentence)
    else:
        words = {
            "sum": usd(payment.captured_cents),
            "how": how_words(payment),
            "code": booking.code,
        }
        messages.success(request, _("%(code)s: %(sum)s is written down, %(how)s.") % words)
        return True
    return False


def _page(
    request: HttpRequest, booking: Booking, form: RecordPaymentForm | None, *, status: int = 200
) -> HttpResponse:
    money = money_state(booking)
    why_not = why_not_record(booking, money)
    if form is None and not why_not:
        day = clock.today(clock.now())
        form = RecordPaymentForm(due_cents=money.to_pay_cents, day=day)
    context = {"booking": booking, "money": money, "form": form, "why_not": why_not}
    return render(request, "staff/payments/record_payment.html", context, status=status)
