"""The way back for somebody who lost the mail: a private link is sent to the booking's address."""

import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.models import MessageKind, plan_message
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import Limit, client_ip

FROM_ONE_SENDER = Limit("find-sender", times=10, seconds=600)
TO_ONE_ADDRESS = Limit("find-address", times=4, seconds=3600)

NUMBER = re.compile(r"(?:TT)?[\s-]*(\d{1,9})", re.IGNORECASE | re.ASCII)


class FindForm(forms.Form):
    """An address, and a booking's number where it is known."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("The one that you gave when you booked."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    number = forms.CharField(
        label=_("Booking number"),
        help_text=_("As in TT-000415. Without it, we send a link to each of your bookings."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> int | None:
        """The digits of `TT-000415` as an int, or None. Raises ValidationError."""
        typed = self.cleaned_data["number"]
        if not typed:
            return None
        matched = NUMBER.fullmatch(typed)
        if matched is None:
            raise ValidationError(_("Give the number as it stands in your mail: TT-000415."))
        return int(matched[1])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def find(request: HttpRequest) -> HttpResponseBase:
    """Ask for the link. The answer, and the work behind it, are the same for any address.

    The request only plans a message; whether there is a booking to write about is looked up when
    it is sent, so that neither words nor time tell (FAULTS.md, 59).
    """
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if _is_too_often(request, email):
            return render(request, "booking/tracking/too_many.html", status=429)
        plan_message(
            MessageKind.BOOKING_LINK,
            key=f"find:{uuid.uuid4()}",
            recipient=email,
            context={"number": form.cleaned_data["number"]},
        )
        return redirect(request, reverse("booking:find_sent"))
    status = 422 if form.is_bound else 200
    return render(request, "booking/find.html", {"form": form}, status=status)


@require_safe
def find_sent(request: HttpRequest) -> HttpResponse:
    """What was done, without saying whether there was a booking."""
    return render(request, "booking/tracking/find_sent.html")


def _is_too_often(request: HttpRequest, email: str) -> bool:
    now = clock.now()
    if not FROM_ONE_SENDER.take(client_ip(request), now=now):
        return True
    return not TO_ONE_ADDRESS.take(email.lower(), now=now)
