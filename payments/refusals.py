"""What Pay answers when it cannot lead to Stripe: why, and the way forward."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from booking.catalogue.words import translated
from booking.lifecycle import EXPIRED, Status
from booking.models import Booking, Draft
from booking.services.create import OrderRefusedError, PriceChangedError
from booking.services.room import NoRoomError
from booking.tracking.access import grant
from booking.wizard.drafts import find_draft
from booking.wizard.order import IncompleteDraftError
from booking.wizard.views.review import refused_review
from payments.services.open_payment import CheckoutEndedError
from payments.services.start_checkout import PriceAgreedError, SessionNotOpenedError
from payments.services.supersede import SUPERSEDED
from totetaxi.lib.htmx import redirect

# How a booking ended whose order may be paid for all the same, as another booking.
ANEW = frozenset({EXPIRED, SUPERSEDED})
REFUSALS = (
    IncompleteDraftError,
    OrderRefusedError,
    PriceChangedError,
    NoRoomError,
    SessionNotOpenedError,
    CheckoutEndedError,
    PriceAgreedError,
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
            answer = not_opened(request, refused.booking, is_refused=refused.is_refused)
        case CheckoutEndedError():
            answer = checkout_ended(request, refused)
        case PriceAgreedError():
            grant(request, refused.booking)
            messages.info(request, refused.sentence)
            answer = to_booking(request, refused.booking)
        case _:
            raise refused
    return answer


def checkout_ended(
    request: HttpRequest, ended: CheckoutEndedError, booking: Booking | None = None
) -> HttpResponseBase:
    """The booking can no longer be paid the way that was tried: back to the review, from which it
    can be made anew; to its own page where it stands, or was cancelled on purpose, and in a
    browser that has no draft of it.
    """
    messages.warning(request, ended.sentence)
    if booking is None:
        return redirect(request, reverse("booking:review"))
    anew = booking.status == Status.PENDING or booking.cancel_reason in ANEW
    if anew and has_draft(request, booking):
        return redirect(request, reverse("booking:review"))
    return to_booking(request, booking)


def has_draft(request: HttpRequest, booking: Booking) -> bool:
    """Whether this browser goes on with the draft that a booking was made from."""
    draft = find_draft(request)
    return draft is not None and draft.pk == booking.draft_id


def to_booking(request: HttpRequest, booking: Booking) -> HttpResponseBase:
    """The booking's own page, in the layer above."""
    return redirect(request, reverse("accounts:booking", args=[booking.pk]))


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


def not_opened(request: HttpRequest, booking: Booking, *, is_refused: bool) -> HttpResponse:
    """The booking stands and keeps its room. Try again leads to the same one; where Stripe will
    not have this payment at all, that would be in vain: we were told, and call.
    """
    name = "stripe_refused" if is_refused else "stripe_down"
    return render(request, f"payments/{name}.html", {"booking": booking}, status=503)


def too_many(request: HttpRequest) -> HttpResponse:
    """Somebody presses Pay all the time."""
    return render(request, "payments/too_many.html", status=429)
