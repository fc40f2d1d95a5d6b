"""Beginning, leaving and coming back."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from booking.models import AccessToken, Draft, MessageKind, plan_message
from booking.services.person import email_key
from booking.wizard.drafts import (
    SESSION_KEY,
    find_draft,
    first_incomplete,
    load_draft,
    made_booking,
)
from booking.wizard.forms import EmailField
from booking.wizard.steps import REVIEW, WHERE
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import Limit, client_ip

LINK_TAG = "resume-link"
# Letters to addresses that anybody may type.
LETTERS = Limit("resume-letters", times=10, seconds=3600)


class LaterForm(forms.Form):
    """Where the link goes; empty to see it on the page."""

    email = EmailField()


@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponseBase:
    """Into the wizard: to the first step without an answer, with what the home page brings."""
    draft = find_draft(request)
    step = WHERE if request.GET else first_incomplete(draft, before=REVIEW) or REVIEW
    query = request.GET.urlencode()
    return redirect(request, f"{step.url}?{query}" if query else step.url)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def save_for_later(request: HttpRequest) -> HttpResponseBase:
    """A private link to the draft, shown or sent. Everything is saved already."""
    draft = find_draft(request)
    if draft is None:
        messages.info(request, _("There is nothing to keep yet. Your answers are saved as you go."))
        return redirect(request, WHERE.url)
    if request.method == "POST":
        return _give_link(request, draft)
    return _show_later(request, draft, LaterForm(initial={"email": _typed_email(draft)}))


@require_safe
@never_cache
@sensitive_variables("token")
def resume(request: HttpRequest, token: str) -> HttpResponseBase:
    """A private link: this browser goes on with that draft. The token leaves the address bar."""
    found = AccessToken.find(token)
    if found is None or found.draft is None:
        return render(request, "booking/link_ended.html", status=404)
    found.mark_used(clock.now())
    draft = load_draft(found.draft.pk)
    made = made_booking(draft) if draft else None
    if made is not None and not made.is_open:
        number = f"TT-{made.number:06d}"
        text = _("Booking %(number)s is made. We can send you its link.")
        messages.success(request, text % {"number": number})
        return redirect(request, reverse("booking:find"))
    request.session[SESSION_KEY] = str(found.draft_id)
    messages.success(request, _("Welcome back. Everything is as you left it."))
    return redirect(request, reverse("booking:start"))


def _give_link(request: HttpRequest, draft: Draft) -> HttpResponseBase:
    """By e-mail, or, where that was asked for, on the page."""
    if "show" in request.POST:
        path = reverse("booking:resume", args=[AccessToken.issue(draft=draft)])
        # Kept by the browser alone until the next page has shown it: only its hash is stored.
        messages.info(request, f"{settings.SITE_URL}{path}", extra_tags=LINK_TAG)
        return redirect(request, reverse("booking:save_for_later"))
    form = LaterForm(request.POST)
    if not form.is_valid():
        return _show_later(request, draft, form, status=422)
    email, now = form.cleaned_data["email"], clock.now()
    if not LETTERS.take(client_ip(request), now=now):
        form.add_error("email", _("That was often. Show the link here, or try again in an hour"))
        return _show_later(request, draft, form, status=429)
    plan_message(
        MessageKind.RESUME_LINK,
        # Once an hour for one address: a second press sends nothing.
        key=f"draft:{draft.pk}:resume:{now:%Y%m%d%H}:{email_key(email)}"[:120],
        recipient=email,
        context={"draft": str(draft.pk)},
    )
    text = _("We have sent the link to %(email)s. You may close this page.") % {"email": email}
    messages.success(request, text)
    return redirect(request, reverse("booking:save_for_later"))


def _show_later(
    request: HttpRequest, draft: Draft, form: LaterForm, *, status: int = 200
) -> HttpResponse:
    told = list(messages.get_messages(request))
    links = [message for message in told if LINK_TAG in message.tags]
    context = {
        "form": form,
        "link": links[-1].message if links else "",
        "messages": [message for message in told if message not in links],
        "back_url": (first_incomplete(draft, before=REVIEW) or REVIEW).url,
    }
    return render(request, "booking/save_for_later.html", context, status=status)


def _typed_email(draft: Draft) -> str:
    return str(draft.step("who").get("contact_email", ""))
