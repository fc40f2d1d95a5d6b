"""The public pages: home, where we go, and the texts that customers agree to."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking.catalogue.snapshot import get_price_book
from booking.models import PolicyKind, PolicyText
from booking.pricing.types import PriceBook
from booking.pricing.zones import find_zone, normal_zip
from booking.showcase import area_rows, areas_near, short_area, showcase, zone_fee_cents
from booking.wizard.interest import INTERESTS, record_interest
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect, render_page
from totetaxi.lib.ratelimit import client_ip

# The fields of the home page's form that are checked while they are typed.
CHECKED_FIELDS = ("pickup_zip", "delivery_zip")


class InterestForm(forms.Form):
    """An e-mail for the day on which a ZIP is served."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail for this one message"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Enter the e-mail to which we may write"),
            "invalid": gettext_lazy("Enter an e-mail like name@example.com"),
        },
    )
    zip = forms.CharField(widget=forms.HiddenInput)

    def clean_zip(self) -> str:
        """A ZIP that is one, and that we do not serve yet."""
        wanted = normal_zip(self.cleaned_data["zip"])
        if wanted is None or wanted in get_price_book().zones:
            raise ValidationError(gettext_lazy("Check the ZIP first, please"))
        return wanted


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What we do, what it costs now, and the way into the wizard."""
    book = get_price_book()
    context = {
        "prices": showcase(book),
        "areas": area_rows(book),
        "checks": {field: _zip_check(field) for field in CHECKED_FIELDS},
    }
    return render(request, "pages/home.html", context)


@require_safe
def service_area(request: HttpRequest) -> HttpResponse:
    """Where we go. `?zip=` answers for one ZIP; `?field=pickup_zip` fills the note of a field."""
    book = get_price_book()
    field = request.GET.get("field", "")
    if field in CHECKED_FIELDS:
        context = _zip_answer(book, request.GET.get(field, ""))
        return render(request, "pages/zip_note.html", context)
    context = _zip_answer(book, request.GET.get("zip", ""))
    if context["state"] == "unserved":
        context["form"] = InterestForm(initial={"zip": context["zip"]})
    context["areas"] = area_rows(book)
    return render_page(
        request, "pages/service_area.html", context, fragment="pages/zip_answer.html"
    )


@require_POST
def service_interest(request: HttpRequest) -> HttpResponseBase:
    """Keep an e-mail for a ZIP that is not served yet; asking twice keeps one."""
    book = get_price_book()
    form = InterestForm(request.POST)
    context = _zip_answer(book, request.POST.get("zip", ""))
    if not form.is_valid():
        context |= {"form": form, "areas": area_rows(book)}
        return render_page(
            request,
            "pages/service_area.html",
            context,
            fragment="pages/zip_answer.html",
            status=422,
        )
    wanted, email = form.cleaned_data["zip"], form.cleaned_data["email"]
    if INTERESTS.take(client_ip(request), now=clock.now()):
        record_interest(email=email, zip_code=wanted)
    if is_fragment_request(request):
        return render(request, "pages/zip_answer.html", context | {"noted": email})
    thanks = _("Thank you. We write to %(email)s once, when %(zip)s opens.")
    messages.success(request, thanks % {"email": email, "zip": wanted})
    return redirect(request, reverse("service_area"))


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of carriage that a customer accepts at review."""
    return _policy(request, PolicyKind.TERMS)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep about people, and for how long."""
    return _policy(request, PolicyKind.PRIVACY)


@require_safe
def cancellation_policy(request: HttpRequest) -> HttpResponse:
    """What changing and cancelling costs."""
    return _policy(request, PolicyKind.CANCELLATION)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the site does for people who use it differently, and whom to tell when it fails."""
    return render(request, "pages/accessibility.html")


def _policy(request: HttpRequest, kind: PolicyKind) -> HttpResponse:
    try:
        text = PolicyText.current(kind)
    except PolicyText.DoesNotExist as missing:
        raise Http404 from missing
    return render(request, "pages/policy.html", {"text": text})


def _zip_answer(book: PriceBook, typed: str) -> dict[str, object]:
    """What is known of a ZIP: `state` is empty, malformed, served or unserved."""
    wanted = normal_zip(typed)
    if wanted is None:
        return {"zip": "", "typed": typed, "state": "malformed" if typed.strip() else "empty"}
    answer: dict[str, object] = {"zip": wanted, "typed": typed}
    zone = find_zone(wanted, book)
    if zone is None:
        return answer | {"state": "unserved", "near": areas_near(book, wanted)}
    return answer | {
        "state": "served",
        "area": zone.area,
        "short_area": short_area(zone.area),
        "fee_cents": zone_fee_cents(book, zone.kind),
    }


def _zip_check(field: str) -> dict[str, str]:
    """The attributes by which a ZIP field of the home page is checked while it is typed."""
    return {
        "hx-get": f"{reverse('service_area')}?field={field}",
        "hx-trigger": "input changed delay:300ms",
        "hx-target": f"#{field}_note",
        "hx-sync": "this:replace",
    }
