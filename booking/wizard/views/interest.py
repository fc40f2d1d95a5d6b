"""An e-mail for the day on which a ZIP opens, left from the first step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from booking.wizard.forms import EmailField
from booking.wizard.interest import INTERESTS, record_interest, unserved_zip
from booking.wizard.steps import WHERE
from booking.wizard.views.flow import save, show, step_page
from booking.wizard.views.steps import STEP_METHODS, WHERE_PAGE
from booking.wizard.visit import open_visit
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import client_ip


class InterestForm(forms.Form):
    """The e-mail alone: the ZIP is the unserved one of the two that stand in the form."""

    interest_email = EmailField()


@require_http_methods(STEP_METHODS)
@never_cache
def where(request: HttpRequest) -> HttpResponseBase:
    """Step 1: the two addresses. `?pickup_zip=` and `?delivery_zip=` come from the home page.

    An e-mail for an unserved ZIP is kept whichever button was pressed: Enter presses Continue.
    """
    if request.method == "POST" and request.POST.get("interest_email", "").strip():
        visit = open_visit(request, WHERE, now=clock.now())
        if unserved_zip(WHERE_PAGE.received(visit)):
            return interest(request)
    return step_page(request, WHERE_PAGE)


@require_POST
@never_cache
def interest(request: HttpRequest) -> HttpResponseBase:
    """Keep the e-mail for the unserved ZIP, and the addresses typed so far."""
    visit = open_visit(request, WHERE, now=clock.now())
    sent = WHERE_PAGE.received(visit)
    step_form = WHERE_PAGE.make_form(sent)
    save(sent, is_valid=step_form.is_valid())
    unserved = unserved_zip(sent)
    if unserved is None:
        return redirect(request, WHERE.url)
    form = InterestForm(request.POST)
    if not form.is_valid():
        sent.cache["interest"] = _refused(request, form)
        return show(WHERE_PAGE, sent, status=422)
    if not INTERESTS.take(client_ip(request), now=visit.now):
        messages.warning(request, _("That was often. Please call us instead."))
        return redirect(request, WHERE.url)
    record_interest(email=form.cleaned_data["interest_email"], zip_code=unserved.zip)
    text = _("Thank you. We write to %(email)s once, when %(zip)s opens.")
    told = {"email": form.cleaned_data["interest_email"], "zip": unserved.zip}
    messages.success(request, text % told)
    return redirect(request, WHERE.url)


def _refused(request: HttpRequest, form: InterestForm) -> dict[str, Any]:
    return {
        "interest_email": request.POST.get("interest_email", "")[:254],
        "interest_errors": list(form.errors["interest_email"]),
    }
