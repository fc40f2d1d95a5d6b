"""What Pay answers when it cannot lead to Stripe: why, and the way forward."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from booking.catalogue.words import translated
from booking.models import Booking, Draft
from booking.services.create import OrderRefusedError, PriceChangedError
from booking.services.room import NoRoomError
from booking.tracking.access import grant
from booking.wizard.order import IncompleteDraftError
from booking.wizard.views.review import refused_review
from payments.services.open_payment import CheckoutEndedError
from payments.services.start_checkout import SessionNotOpenedError
from totetaxi.lib.htmx import redirect

REFUSALS = (
    IncompleteDraftError,
    OrderRefusedError,
    PriceChangedError,
    NoRoomError,
    SessionNotOpenedError,
    CheckoutEndedError,
)


def refuse(
    request: HttpRequest, draft: Draft, refused: Exception, *, now: datetime
) -> HttpResponseBase:
    """The answer to one of `REFUSALS`."""
    answer: HttpResponseBase
    match refused:
        case IncompleteDraftError():
            answer = redirect(request, refused.step.url)
        case OrderRefusedError():
            answer = refused_review(request, draft, now=now, errors=refused.errors)
        case PriceChangedError():
            answer = price_changed(request, draft, refused, now=now)
        case NoRoomError():
            answer = just_taken(request, refused)
        case SessionNotOpenedError():
            grant(request, refused.booking)
            request.session.save()  # Django does not save it with an answer of 500 or more
            answer = stripe_down(request, refused.booking)
        case CheckoutEndedError():
            answer = checkout_ended(request, refused)
        case _:
            raise refused
    return answer


def checkout_ended(request: HttpRequest, ended: CheckoutEndedError) -> HttpResponseBase:
    """Back to the review: the booking can no longer be paid the way that was tried."""
    messages.warning(request, ended.sentence)
    return redirect(request, reverse("booking:review"))


def price_changed(
    request: HttpRequest, draft: Draft, changed: PriceChangedError, *, now: datetime
) -> HttpResponseBase:
    """Nothing was made: the review again with both totals. Pay there agrees to the new one."""
    draft.shown_total_cents = changed.quoted.total_cents
    draft.save(update_fields=["shown_total_cents", "updated_at"])
    return refused_review(
        request, draft, now=now, errors={}, changed_from_cents=changed.shown_cents, status=409
    )


def just_taken(request: HttpRequest, full: NoRoomError) -> HttpResponse:
    """The van filled up while the customer read: the nearest days that have room."""
    return render(
        request,
        "payments/just_taken.html",
        {
            "sentence": translated(full.refusal.sentence),
            "days": full.nearest,
            "when_url": reverse("booking:when"),
        },
        status=409,
    )


def stripe_down(request: HttpRequest, booking: Booking) -> HttpResponse:
    """The booking stands and keeps its room; Try again leads to the same one."""
    return render(request, "payments/stripe_down.html", {"booking": booking}, status=503)


def too_many(request: HttpRequest) -> HttpResponse:
    """Somebody presses Pay all the time."""
    return render(request, "payments/too_many.html", status=429)
