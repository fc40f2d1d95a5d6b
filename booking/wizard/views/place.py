"""A saved address put at one end of the trip by its button, with or without scripts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from booking.wizard.account import with_place
from booking.wizard.forms.where import LEGS
from booking.wizard.panel import panel_context
from booking.wizard.steps import WHERE
from booking.wizard.views.flow import save
from booking.wizard.views.steps import WHERE_PAGE, where_context
from booking.wizard.visit import Visit, open_visit
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect

MORE = "more"


@require_POST
@never_cache
def use_place(request: HttpRequest) -> HttpResponseBase:
    """Put an address of the customer's own at one end; everything else that was typed stays.

    `use` is `pickup:<id>`, `pickup:more` for the one chosen in the list `pickup_more`, and
    `pickup:` to type another one.
    """
    visit = open_visit(request, WHERE, now=clock.now())
    leg, _colon, chosen = request.POST.get("use", "").partition(":")
    if leg not in LEGS:
        raise Http404
    typed = WHERE_PAGE.received(visit)
    account = typed.caller.account
    if account is None:  # signed out meanwhile: what was typed is kept
        save(typed, is_valid=WHERE_PAGE.make_form(typed).is_valid())
        return redirect(request, WHERE.url)
    place_id = request.POST.get(f"{leg}_more", "") if chosen == MORE else chosen
    place = account.place(place_id)
    if place is None and place_id:
        raise Http404
    sent = typed.with_answers(with_place(typed.answers, leg, place))
    save(sent, is_valid=WHERE_PAGE.make_form(sent).is_valid())
    if not is_fragment_request(request):
        return redirect(request, WHERE.url)
    return render(request, "booking/wizard/place.html", _context(visit, sent, leg))


def _context(before: Visit, sent: Visit, leg: str) -> dict[str, Any]:
    return {
        **where_context(sent, None),
        **panel_context(sent, before),
        "step": WHERE,
        "leg": leg,
        "phone": settings.PHONE,
    }
