"""A guest makes an account from a booking's page: the e-mail is known, one field is left."""

from typing import cast
from uuid import UUID

from allauth.account.utils import complete_signup
from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.identity.forms import SignupForm
from accounts.identity.sign_up import remember_sign_up
from booking.models import Booking
from booking.tracking.access import private_page, visible_to
from totetaxi.lib.htmx import redirect


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def offer_account(request: HttpRequest, booking_id: UUID) -> HttpResponseBase:
    """Sign up with the booking's own address, which no form can change.

    The answer is the same where there is such an account: the mail says it (FAULTS.md, 59).
    """
    booking: Booking | None = visible_to(request).filter(pk=booking_id).first()
    if booking is None:
        raise Http404
    page = reverse("accounts:booking", args=[booking.pk])
    if booking.customer_id is not None or request.user.is_authenticated:
        return redirect(request, page)
    if request.method != "POST":
        return render(request, "accounts/offer_account_page.html", {"booking": booking})
    limited = ratelimit.consume_or_429(request, action="signup")
    if limited:
        return limited
    given = {"email": booking.guest_email, "password1": request.POST.get("password1", "")}
    form = SignupForm(given)
    if not form.is_valid():
        context = {"booking": booking, "form": form}
        return render(request, "accounts/offer_account_page.html", context, status=422)
    user, answer = form.try_save(request)
    if user is None:
        return cast(HttpResponse, answer)
    response: HttpResponse = complete_signup(request, user, None, page)
    remember_sign_up(request, user, next_url=page)
    return response
