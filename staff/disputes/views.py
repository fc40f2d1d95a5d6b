"""The list of disputes, and one of them. Evidence is given in Stripe's dashboard."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.bookings.money import card_words
from booking.wizard.answers import whole_number
from payments.dashboard import dispute_address
from payments.models import PaymentAudit
from staff.access import StaffRequest, staff_page
from staff.disputes.evidence import evidence_of
from staff.disputes.queries import (
    ALL,
    KINDS,
    LOST,
    OPEN,
    PER_PAGE,
    WON,
    dispute_page,
    get_dispute,
    tallies,
)
from staff.disputes.words import reason_words, state_word, what_word
from totetaxi.lib import clock


@require_safe
@staff_page("view_money")
def disputes(request: HttpRequest) -> HttpResponse:
    """Open ones first, by when their evidence is due; fifty to a page."""
    now = clock.now()
    kind = request.GET.get("show", OPEN)
    kind = kind if kind in KINDS else OPEN
    tally = tallies()
    last = max(-(-tally[kind].count // PER_PAGE), 1)
    page = min(max(whole_number(request.GET.get("page")), 1), last)
    rows = dispute_page(kind, page)
    labels = {OPEN: _("Open"), LOST: _("Lost"), WON: _("Won"), ALL: _("All")}
    context = {
        "kind": kind,
        "tabs": [(key, label, tally[key].count, _query(key, 1)) for key, label in labels.items()],
        "tally": tally,
        "rows": [(row, reason_words(row), state_word(row, now)) for row in rows],
        "first": (page - 1) * PER_PAGE + 1,
        "last": (page - 1) * PER_PAGE + len(rows),
        "count": tally[kind].count,
        "earlier": _query(kind, page - 1) if page > 1 else None,
        "later": _query(kind, page + 1) if page < last else None,
    }
    return render(request, "staff/disputes/disputes.html", context)


@require_safe
@staff_page("view_money")
def dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """What is disputed and why, what has moved, and what of the booking helps as evidence."""
    found = get_dispute(dispute_id)
    history = PaymentAudit.objects.filter(dispute_key=found.pk).order_by("id")
    context = {
        "dispute": found,
        "payment": found.payment,
        "booking": found.payment.booking,
        "title": what_word(found),
        "word": state_word(found, clock.now()),
        "reason": reason_words(found),
        "card": card_words(found.payment),
        "evidence": evidence_of(found),
        "history": [(row, row.get_act_display()) for row in history],
        "stripe_address": dispute_address(found.stripe_id),
        "may_operate": cast(StaffRequest, request).staff.may("view_operations"),
    }
    return render(request, "staff/disputes/dispute.html", context)


def _query(kind: str, page: int) -> str:
    wanted = {} if kind == OPEN else {"show": kind}
    query = urlencode(wanted | ({"page": str(page)} if page > 1 else {}))
    address = reverse("staff:disputes")
    return f"{address}?{query}" if query else address
