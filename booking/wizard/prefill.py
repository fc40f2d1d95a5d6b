"""A booking back into a draft: what would have been typed for it, step by step."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from booking.catalogue.snapshot import Snapshot, get_snapshot
from booking.models import Booking, Draft, Leg
from booking.notifications.schedule import address_of
from booking.pricing.codes import AddOn, Service
from booking.pricing.engine import quote_partial
from booking.pricing.types import Request
from booking.services.order import stored_request
from booking.wizard.answers import MINI_MOVE, SPECIALTY, read_request
from booking.wizard.choices import suggested_choice
from booking.wizard.drafts import make_draft, save_step
from booking.wizard.forms.text import phone_for_people
from booking.wizard.order import make_form
from booking.wizard.steps import BY_NAME, REVIEW, WHAT, WHEN, WHERE, WHO, Step

Typed = dict[str, dict[str, str]]
ON = "on"
_PLACE = ("street", "unit", "city", "state", "zip")
_ACCESS = ("has_doorman", "has_elevator")


def typed_of(booking: Booking, snapshot: Snapshot) -> Typed:
    """The answers to the five steps that lead to this very booking.

    Prefetch `addresses` with it. Raises ValueError where its stored request cannot be read.
    """
    asked = stored_request(booking)
    return {
        WHERE.name: _where(booking),
        WHAT.name: _what(asked, snapshot),
        WHEN.name: _when(asked),
        WHO.name: _who(booking),
        REVIEW.name: _review(asked),
    }


def draft_of(request: HttpRequest, booking: Booking, *, with_day: bool, now: datetime) -> Draft:
    """A new draft of this visitor, filled in from a booking; the session goes on with it.

    The steps count as answered up to the day, or with it; the first answer that will not do any
    more is where the wizard begins. Raises ValueError as `typed_of`.
    """
    snapshot = get_snapshot()
    typed = typed_of(booking, snapshot)
    accepted: tuple[Step, ...] = (WHERE, WHAT, WHEN, WHO)
    if not with_day:
        typed = {name: typed[name] for name in (WHERE.name, WHAT.name, WHO.name)}
        accepted = (WHERE, WHAT)
    price = quote_partial(read_request(typed), snapshot.book, now, closed=snapshot.fleet.closed)
    draft = make_draft(request, now=now)
    for name, answers in typed.items():
        step = BY_NAME[name]
        form = None if step is REVIEW else make_form(step, typed, price=price, snapshot=snapshot)
        save_step(
            draft,
            step,
            answers,
            is_valid=form is None or form.is_valid(),
            accepted=step in accepted,
            shown_total_cents=None if price.is_estimate else price.quote.total_cents,
            now=now,
        )
    return draft


def _where(booking: Booking) -> dict[str, str]:
    typed: dict[str, str] = {}
    for leg in Leg:
        address = address_of(booking, leg)
        typed |= {f"{leg}_{part}": getattr(address, part) for part in _PLACE}
    return _said(typed)


def _what(asked: Request, snapshot: Snapshot) -> dict[str, str]:
    choice = Service.STANDARD_DELIVERY.value
    if asked.service == Service.MINI_MOVE:
        choice = f"{MINI_MOVE}{asked.package}"
    typed = {
        "items": str(asked.items) if asked.items else "",
        "choice": choice,
        **{add_on.value: ON if getattr(asked, add_on) else "" for add_on in AddOn},
        "coi": ON if asked.coi else "",
        **{f"{SPECIALTY}{code}": str(count) for code, count in asked.specialty.items()},
    }
    return _said(typed | {"suggested": suggested_choice(typed, snapshot.book)})


def _when(asked: Request) -> dict[str, str]:
    return _said(
        {
            "pickup_date": asked.pickup_date.isoformat() if asked.pickup_date else "",
            "pickup_time": f"{asked.pickup_time:%H:%M}" if asked.pickup_time else "",
        }
    )


def _who(booking: Booking) -> dict[str, str]:
    contact = booking.contact
    typed = {
        "contact_name": contact.name,
        "contact_email": contact.email,
        "contact_phone": phone_for_people(contact.phone),
        "other_contact_name": booking.other_contact_name,
        "other_contact_phone": phone_for_people(booking.other_contact_phone),
        "driver_notes": booking.driver_notes,
        "coi_wording": booking.coi_wording,
    }
    for leg in Leg:
        address = address_of(booking, leg)
        typed |= {f"{leg}_{has}": ON if getattr(address, has) else "" for has in _ACCESS}
        typed[f"{leg}_access_notes"] = address.access_notes
    return _said(typed)


def _review(asked: Request) -> dict[str, str]:
    code = asked.discount_code or ""
    return _said({"discount_code": code, "typed_code": code})


def _said(typed: dict[str, str]) -> dict[str, str]:
    """Only what was answered, as a posted form has it."""
    return {name: text for name, text in typed.items() if text}
