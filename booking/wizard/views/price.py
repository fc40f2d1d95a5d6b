"""The live answer to a change: the price, the field's own error, and what depends on it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.forms import BooleanField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from booking.pricing.zones import normal_zip
from booking.wizard.answers import SPECIALTY
from booking.wizard.choices import coi_row, suggested_badge, what_context
from booking.wizard.forms import StepForm, WhenForm
from booking.wizard.interest import ZIP_FIELDS, unserved_zip, zip_notes
from booking.wizard.offers import changed_offers
from booking.wizard.panel import lines_context, panel_context
from booking.wizard.steps import BY_NAME, WHAT, WHEN, WHERE
from booking.wizard.views.day_page import (
    calendar_context,
    hint_context,
    time_matters,
    times_context,
)
from booking.wizard.views.flow import Page, refuse_skipping, save
from booking.wizard.views.steps import PAGES
from booking.wizard.visit import Visit, open_visit
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect

ADD_ONS = ("packing", "unpacking", "organizing")


@require_POST
@never_cache
def price(request: HttpRequest) -> HttpResponseBase:
    """Save the form as it stands, right or wrong, and answer with what the change changes.

    Fields: those of the form, `step`, and from scripts `changed` (the field's name), `typing` (it
    is still being typed in), `wrong` (it shows an error now) and `behind` (the answer before this
    one never arrived: this one holds all that may have changed).
    """
    step = BY_NAME.get(request.POST.get("step", ""))
    page = PAGES.get(step) if step else None
    if step is None or page is None:
        raise Http404
    visit = open_visit(request, step, now=clock.now())
    refused = refuse_skipping(visit)
    if refused is not None:
        return refused
    sent = page.received(visit)
    # Room is judged when the form is sent: here it would cost a query with each keystroke.
    form = WhenForm(sent.answers, price=sent.price) if step is WHEN else page.make_form(sent)
    save(sent, is_valid=form.is_valid())
    if not is_fragment_request(request):
        return redirect(request, step.url)
    context = update_context(page, visit, sent, form)
    response = HttpResponse(render_to_string("booking/wizard/update.html", context))
    if "has_lines" in context:
        response["HX-Retarget"], response["HX-Reswap"] = "#price-panel-lines", "innerHTML"
    elif "has_panel" not in context:
        response["HX-Reswap"] = "none"
    return response


def update_context(page: Page, before: Visit, sent: Visit, form: StepForm) -> dict[str, Any]:
    """What the answer holds, by what was changed."""
    changed = sent.request.POST.get("changed", "")
    behind = "behind" in sent.request.POST
    context: dict[str, Any] = {"step": page.step, **_field(sent, form, changed)}
    shown = page.prepare(before) if page.step is WHAT else before
    if behind:
        context |= panel_context(sent, shown) | {"has_panel": True}
    elif sent.asked != shown.asked:
        context |= _price(sent, shown)
    if page.step is WHERE and not sent.request.POST.get("typing"):
        context["moved_offers"] = changed_offers(before, sent, changed)
    if page.step is WHERE and changed in ZIP_FIELDS:
        context |= {"zip_id": f"id_{changed}", "zip_area": zip_notes(sent).get(changed, "")}
        if behind or unserved_zip(sent) != unserved_zip(before):
            # Left alone while it speaks of the same ZIP: an e-mail may have been typed into it.
            context |= {"has_interest": True, "unserved": unserved_zip(sent)}
            context["phone"] = settings.PHONE
    elif page.step is WHAT:
        context |= _what(sent, "choice" if behind else changed)
    elif page.step is WHEN:
        context |= _when(sent, "pickup_date" if behind else changed)
    return context


def _field(sent: Visit, form: StepForm, changed: str) -> dict[str, Any]:
    """The errors that change: told on leaving a field, taken away as soon as they are put right."""
    posted, judged = sent.request.POST, _with_place(form)
    names = judged.intersection(posted.getlist("wrong"))
    whole_zip = changed in ZIP_FIELDS and normal_zip(posted.get(changed, ""))
    if changed in judged and (whole_zip or not posted.get("typing")):
        names.add(changed)
    if sent.step is WHAT:
        # What goes together is told at once, at whatever was answered of it.
        names |= {name for name in judged.intersection(form.errors) if sent.answers.get(name)}
    return {"judged": [(f"id_{name}", form.errors.get(name, [])) for name in sorted(names)]}


def _price(sent: Visit, shown: Visit) -> dict[str, Any]:
    """The lines alone where they are all that changed; a day changes the hint below them too."""
    lines = None if sent.step is WHEN else lines_context(sent, shown)
    if lines is not None:
        return lines | {"has_lines": True}
    return panel_context(sent, shown) | {"has_panel": True}


def _with_place(form: StepForm) -> set[str]:
    """The fields that have a place for their errors: a tick's come with its row."""
    return {
        name
        for name, field in form.fields.items()
        if name != "suggested" and not isinstance(field, BooleanField)
    }


def _what(sent: Visit, changed: str) -> dict[str, Any]:
    """A count may change the choice, the choice what is offered with it, an add-on the certificate.

    A count that leaves the choice as it is changes one word of the cards.
    """
    if changed in ADD_ONS:
        return {"coi": coi_row(sent)}
    if changed == "choice":
        return what_context(sent, {}) | {"has_extras": True}
    if changed != "items" and not changed.startswith(SPECIALTY):
        return {}
    posted = sent.request.POST
    if any(sent.answers[name] != posted.get(name, "") for name in ("choice", "suggested")):
        return what_context(sent, {}) | {"has_cards": True, "has_extras": True}
    return {"badge": suggested_badge(sent)}


def _when(sent: Visit, changed: str) -> dict[str, Any]:
    """A chosen day brings its times; a time its calendar, where the price depends on it."""
    context: dict[str, Any] = hint_context(sent)
    if changed in {"pickup_date", "other_date"}:
        context |= times_context(sent) | {"has_times": True}
    elif changed == "pickup_time" and time_matters(sent):
        context |= calendar_context(sent) | {"has_calendar": True}
    return context
