"""The last step: everything once more, a code, the policy for this day, and Pay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.models import Draft
from booking.services.order import NewBooking
from booking.services.policy import policy_sentence
from booking.wizard.answers import clean_text
from booking.wizard.discount import refusal_in_price, refusal_of_code, with_code, without_code
from booking.wizard.order import IncompleteDraftError, Versions, order_from_draft
from booking.wizard.pages import page_context, with_errors
from booking.wizard.panel import spoken_wall
from booking.wizard.steps import REVIEW
from booking.wizard.summary import collect_words, sections, step_of
from booking.wizard.views.flow import refuse_skipping, save, tell_change
from booking.wizard.visit import Visit, open_visit
from totetaxi.lib import clock
from totetaxi.lib.clock import at_new_york, new_york
from totetaxi.lib.htmx import redirect
from totetaxi.lib.money import usd

CODE, TERMS = "discount_code", "accept_terms"
# The texts' versions belong to the booking; the page only links to them.
UNREAD = Versions(None, None)
TARGETS = {CODE: "id_discount_code", TERMS: "id_accept_terms"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def review(request: HttpRequest) -> HttpResponseBase:
    """Step 5. A POST applies a discount code; Pay posts to the payments."""
    visit = open_visit(request, REVIEW, now=clock.now())
    refused = refuse_skipping(visit)
    if refused is not None:
        return refused
    if request.method != "POST":
        return show_review(visit)
    return _apply_code(visit)


def refused_review(
    request: HttpRequest,
    draft: Draft,
    *,
    now: datetime,
    errors: dict[str, list[str]],
    changed_from_cents: int | None = None,
    status: int = 422,
) -> HttpResponseBase:
    """The review again, because Pay could not go on.

    `errors` are an order's, by key: those of the terms and the code stand at their fields, the
    others in the section of their step. `changed_from_cents` is the total that was shown when
    the price has changed since: both are told, and Pay carries the new one.
    """
    visit = open_visit(request, REVIEW, now=now)
    visit.draft = visit.draft or draft
    return show_review(visit, errors=errors, changed_from_cents=changed_from_cents, status=status)


def show_review(
    visit: Visit,
    *,
    errors: dict[str, list[str]] | None = None,
    changed_from_cents: int | None = None,
    status: int = 200,
) -> HttpResponseBase:
    """The page; or the first step whose answer will not do any more."""
    if visit.draft is None:
        return redirect(visit.request, REVIEW.earlier[0].url)
    try:
        order = order_from_draft(
            visit.draft, now=visit.now, snapshot=visit.snapshot, versions=UNREAD
        )
    except IncompleteDraftError as incomplete:
        text = _("Please check this step again: %(step)s.") % {"step": incomplete.step.label}
        messages.warning(visit.request, text)
        return redirect(visit.request, incomplete.step.url)
    context = page_context(visit) | _context(visit, order, dict(errors or {}))
    if changed_from_cents is not None:
        context["changed_from"] = usd(changed_from_cents)
    return render(visit.request, "booking/review.html", context, status=status)


def _context(visit: Visit, order: NewBooking, errors: dict[str, list[str]]) -> dict[str, Any]:
    quote = visit.price.quote
    spent = refusal_in_price(visit.price)
    if spent:
        errors.setdefault(CODE, [spent])
    targets = {key: f"section-{step_of(key).name}" for key in errors} | TARGETS
    return {
        "lead": collect_words(visit, order),
        "sections": sections(visit, order, errors),
        "policy": _policy(visit, order),
        "code": visit.answers.get("typed_code", ""),
        "agreed": TERMS in visit.request.POST or TERMS in visit.request.GET,
        "applied": "" if spent else visit.answers.get(CODE, ""),
        "hold": _hold(visit),
        "needs_staff": bool(quote.needs_staff),
        "pay": _pay_words(visit),
        "pay_short": _pay_short(visit),
        "pay_icon": "" if quote.needs_staff or not quote.total_cents else "lock",
        "pay_help": _pay_help(visit),
        **with_errors(errors, targets),
    }


def _apply_code(visit: Visit) -> HttpResponseBase:
    """Keep the code and show what it takes off; or say at its field that it cannot be used."""
    typed = clean_text(visit.request.POST.get(CODE, ""))[:64].strip()
    applied = with_code(visit, typed)
    same = applied.answers.get(CODE) == visit.answers.get(CODE)
    refused = "" if same and not refusal_in_price(applied.price) else refusal_of_code(applied)
    kept = without_code(applied) if refused else applied
    draft = save(kept, is_valid=not refused)
    tell_change(kept, draft)
    if refused:
        return show_review(kept, errors={CODE: [refused]}, status=422)
    agreed = f"?{TERMS}=on" if TERMS in visit.request.POST else ""
    return redirect(visit.request, f"{REVIEW.url}{agreed}")


def apply_waiting_code(request: HttpRequest, draft: Draft) -> HttpResponseBase | None:
    """A code that was typed, but not applied, when Pay was pressed: applied, and shown first.

    None where the code in the form is the one that counts already.
    """
    typed = clean_text(request.POST.get(CODE, ""))[:64].strip()
    if CODE not in request.POST or typed == draft.step(REVIEW.name).get("typed_code", ""):
        return None
    visit = open_visit(request, REVIEW, now=clock.now())
    refused = refuse_skipping(visit)
    if refused is not None:
        return refused
    text = _("Look at the total with your code, then go on.")
    if typed:
        messages.info(request, text)
    return _apply_code(visit)


def _policy(visit: Visit, order: NewBooking) -> str:
    asked = order.request
    if asked.pickup_date is None or asked.pickup_time is None:
        return ""
    pickup_at = at_new_york(asked.pickup_date, asked.pickup_time)
    return policy_sentence(pickup_at, visit.now, visit.snapshot.policy)


def _hold(visit: Visit) -> str:
    """How long the place in the van is still kept for somebody who came back from paying."""
    made = visit.made
    if made is None or made.hold_expires_at is None or made.hold_expires_at <= visit.now:
        return ""
    minutes = max(int((made.hold_expires_at - visit.now).total_seconds() // 60), 1)
    text = ngettext(
        "Your place in the van is kept for another minute, until %(time)s.",
        "Your place in the van is kept for another %(minutes)d minutes, until %(time)s.",
        minutes,
    )
    return text % {"minutes": minutes, "time": spoken_wall(new_york(made.hold_expires_at).time())}


def _pay_words(visit: Visit) -> str:
    quote = visit.price.quote
    if quote.needs_staff:
        return _("Send as a request")
    if quote.total_cents == 0:
        return _("Confirm booking")
    return _("Pay %(amount)s") % {"amount": usd(quote.total_cents)}


def _pay_short(visit: Visit) -> str:
    """The phone's button: the amount stands beside it."""
    quote = visit.price.quote
    if quote.needs_staff:
        return _("Send")
    return _("Pay") if quote.total_cents else _("Confirm")


def _pay_help(visit: Visit) -> str:
    quote = visit.price.quote
    if quote.needs_staff:
        return _("We answer within a working day, and keep your place in the meantime.")
    if quote.total_cents == 0:
        return _("There is nothing to pay.")
    return _("You pay on Stripe’s secure page. We hold your place in the van meanwhile.")
