"""Customers: their contact, their accounts, two records that become one, and a look as one."""

from django.core.cache import cache
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import SavedAddress, User
from booking.models import Booking
from tests.factories import make_booking, make_catalogue, make_customer
from tests.staff.posts.stage import Post, Stage

READS = frozenset({"customer", "guest", "merge_guest"})
ADDRESS = {
    "label": "Home",
    "street": "118 East 93rd Street",
    "city": "New York",
    "state": "NY",
    "zip": "10128",
}


def _customer() -> User:
    make_catalogue()
    cache.clear()  # how often mails went out
    return make_customer()


def edit_customer(stage: Stage) -> HttpResponse:
    customer = _customer()
    form = stage.client.get(reverse("staff:edit_customer", args=[customer.pk])).context["form"]
    return stage.post("edit_customer", customer.pk, name="Claire Sayre", seen=form.initial["seen"])


def change_customer_email(stage: Stage) -> HttpResponse:
    return stage.post("change_customer_email", _customer().pk, email="new@example.com")


def reopen_account(stage: Stage) -> HttpResponse:
    customer = _customer()
    stage.post("close_account", customer.pk)
    return stage.post("reopen_account", customer.pk)


def add_customer_address(stage: Stage) -> HttpResponse:
    return stage.post("add_customer_address", _customer().pk, **ADDRESS)


def edit_customer_address(stage: Stage) -> HttpResponse:
    add_customer_address(stage)
    address = SavedAddress.objects.get()
    keys = (address.user_id, address.pk)
    return stage.post("edit_customer_address", *keys, **(ADDRESS | {"unit": "6B"}))


def delete_customer_address(stage: Stage) -> HttpResponse:
    add_customer_address(stage)
    address = SavedAddress.objects.get()
    return stage.post("delete_customer_address", address.user_id, address.pk)


def merge_customer(stage: Stage) -> HttpResponse:
    kept = _customer()
    guest: Booking = make_booking()
    where = f"{reverse('staff:merge_customer', args=[kept.pk])}?guest={guest.number}"
    expected = stage.client.get(where).context["plan"].fingerprint
    return stage.client.post(where, {"expected": expected})


def end_view_as(stage: Stage) -> HttpResponse:
    stage.post("view_as", _customer().pk)
    return stage.post("end_view_as")


POSTS: dict[str, Post] = {
    "edit_customer": edit_customer,
    "change_customer_email": change_customer_email,
    "send_password_reset": lambda stage: stage.post("send_password_reset", _customer().pk),
    "close_account": lambda stage: stage.post("close_account", _customer().pk),
    "reopen_account": reopen_account,
    "add_customer_address": add_customer_address,
    "edit_customer_address": edit_customer_address,
    "delete_customer_address": delete_customer_address,
    "merge_customer": merge_customer,
    "view_as": lambda stage: stage.post("view_as", _customer().pk),
    "end_view_as": end_view_as,
}
