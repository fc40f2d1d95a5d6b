"""The page about oneself."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import customer_page
from accounts.models import User
from accounts.profile.forms import PREFERENCES, ProfileForm
from accounts.profile.services import change_contact, change_preferences, find_profile
from totetaxi.lib.htmx import redirect


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def profile(request: HttpRequest) -> HttpResponseBase:
    """Name, phone and preferences; the e-mail, security and one's data have pages of their own."""
    user = cast(User, request.user)
    if request.method != "POST":
        form = ProfileForm.of(user, find_profile(user))
        return render(request, "accounts/profile.html", {"form": form})
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/profile.html", {"form": form}, status=422)
    kept = form.cleaned_data
    with transaction.atomic():
        change_contact(user, name=kept["name"], phone=kept["phone"])
        change_preferences(user, **{name: kept[name] for name in PREFERENCES})
    messages.success(request, _("Saved."))
    return redirect(request, reverse("accounts:profile"))
