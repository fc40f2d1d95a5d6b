"""The first four steps: where, what, when, who."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.wizard import fields
from booking.wizard.account import (
    CONTACT,
    keep_contact,
    keep_places,
    with_contact,
    with_email,
    with_places,
)
from booking.wizard.answers import clean_text
from booking.wizard.choices import (
    first_choice,
    sold_specialty,
    suggested_choice,
    what_context,
)
from booking.wizard.forms import StepForm, WhatForm, WhereForm, WhoForm
from booking.wizard.forms.where import LEGS
from booking.wizard.interest import ZIP_FIELDS, unserved_zip, zip_notes
from booking.wizard.offers import offers
from booking.wizard.pages import errors_of, with_errors
from booking.wizard.steps import WHAT, WHEN, WHERE, WHO
from booking.wizard.views.day_page import when_context, when_form, with_usual_day
from booking.wizard.views.flow import Page, step_page
from booking.wizard.visit import Visit

TICKS = tuple(
    f"{leg}_{has}" for leg in ("pickup", "delivery") for has in ("has_doorman", "has_elevator")
)
STEP_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(STEP_METHODS)
@never_cache
def what(request: HttpRequest) -> HttpResponseBase:
    """Step 2: what is carried, with which help."""
    return step_page(request, WHAT_PAGE)


@require_http_methods(STEP_METHODS)
@never_cache
def when(request: HttpRequest) -> HttpResponseBase:
    """Step 3: the day and the time. `?pickup_date=` chooses a day, to be saved with the form."""
    return step_page(request, WHEN_PAGE)


@require_http_methods(STEP_METHODS)
@never_cache
def who(request: HttpRequest) -> HttpResponseBase:
    """Step 4: the contacts, access to both addresses, the certificate."""
    return step_page(request, WHO_PAGE)


def _with_home_zips(visit: Visit) -> Visit:
    """The ZIPs that the home page's form brings along, in place of older ones."""
    brought = {
        name: clean_text(visit.request.GET[name])
        for name in ZIP_FIELDS
        if visit.request.GET.get(name)
    }
    return visit.with_answers({**visit.answers, **brought}) if brought else visit


def _where_form(visit: Visit) -> WhereForm:
    """The form; a name for a new address may be none that another one has."""
    account = visit.caller.account
    standing = [account.place_at(visit.answers, leg) for leg in LEGS] if account else []
    places = account.places if account else ()
    labels = [place.label for place in places if place not in standing]
    return WhereForm(visit.answers, price=visit.price, labels=labels)


def where_context(visit: Visit, form: StepForm | None) -> dict[str, Any]:
    """Both addresses, what is known of their ZIPs, and the offer for one that is not served."""
    errors, notes = errors_of(form), zip_notes(visit)
    return {
        "pickup": fields.fields(fields.PICKUP, visit.answers, errors, notes),
        "delivery": fields.fields(fields.DELIVERY, visit.answers, errors, notes),
        "offers": offers(visit, errors),
        "unserved": unserved_zip(visit),
        **visit.cache.get("interest", {}),
        **with_errors(errors),
    }


def _with_suggestion(visit: Visit) -> Visit:
    """What most people take, before anything was chosen."""
    if visit.answers.get("choice"):
        return visit
    choice = suggested_choice(visit.answers, visit.book)
    return visit.with_answers({**visit.answers, "choice": choice, "suggested": choice})


def _what_form(visit: Visit) -> WhatForm:
    return WhatForm(visit.answers, price=visit.price, specialty=sold_specialty(visit.book))


def _what_context(visit: Visit, form: StepForm | None) -> dict[str, Any]:
    errors = errors_of(form)
    return what_context(visit, errors) | with_errors(errors, {"choice": first_choice(visit)})


def who_context(visit: Visit, form: StepForm | None) -> dict[str, Any]:
    """The contacts and access; the certificate's wording where there is one."""
    errors, answers = errors_of(form), visit.answers
    groups = {
        "contact": fields.CONTACT,
        "other": fields.OTHER_CONTACT,
        "pickup": fields.PICKUP_ACCESS,
        "delivery": fields.DELIVERY_ACCESS,
        "notes": fields.DRIVER_NOTES,
    }
    if visit.price.quote.coi_required:
        groups["coi"] = fields.COI_WORDING
    account = visit.caller.account
    if account is not None:
        groups["contact"] = fields.CONTACT_OF_ACCOUNT
    elif visit.keeps_contact:
        groups["contact"] = ()
    return {
        "account": account,
        "kept_contact": _kept_contact(visit),
        **{name: fields.fields(specs, answers, errors) for name, specs in groups.items()},
        "ticked": {name for name in TICKS if answers.get(name)},
        **with_errors(errors),
    }


def _kept_contact(visit: Visit) -> list[str]:
    """The contact to show where it is not asked; empty where it is."""
    if not visit.keeps_contact:
        return []
    return [text for name in CONTACT if (text := visit.answers.get(name))]


WHERE_PAGE = Page(
    step=WHERE,
    prepare=lambda visit: with_places(_with_home_zips(visit)),
    make_form=_where_form,
    context=where_context,
    keep=keep_places,
)
WHAT_PAGE = Page(step=WHAT, prepare=_with_suggestion, make_form=_what_form, context=_what_context)
WHEN_PAGE = Page(step=WHEN, prepare=with_usual_day, make_form=when_form, context=when_context)
WHO_PAGE = Page(
    step=WHO,
    prepare=with_contact,
    make_form=lambda visit: WhoForm(visit.answers, price=visit.price),
    context=who_context,
    receive=with_email,
    keep=keep_contact,
)
PAGES = {page.step: page for page in (WHERE_PAGE, WHAT_PAGE, WHEN_PAGE, WHO_PAGE)}
