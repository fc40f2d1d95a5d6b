"""The page of a customer, and that of a guest: all in one place, at a fixed cost."""

import re
import uuid
from collections.abc import Callable
from datetime import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SavedAddress, User
from accounts.privacy.erase import erase_customer
from booking.models import Booking, MessageKind, Note
from staff.audit import record
from staff.models import Action, StaffProfile
from staff.permissions import PERMISSIONS, Role
from tests.accounts.merging.moves import make_confirmed, merge, of
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_customer,
    make_payment,
    make_refund,
    sign_in_staff,
)
from tests.factories.many import add_many_bookings
from tests.staff.customers.people import add_message, make_known
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def ada(client: Client) -> StaffProfile:
    make_catalogue()
    profile = make_colleague(Role.ADMIN, "Ada Whitlock")
    sign_in_staff(client, profile)
    return profile


def page_of(user: User) -> str:
    return reverse("staff:customer", args=[user.pk])


def words(client: Client, url: str) -> str:
    """A page without its tags."""
    text = re.sub(r"<[^>]*>", " ", client.get(url).content.decode())
    return " ".join(text.split())


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# --------------------------------------------------------------------------------------- customers


def test_customer_page_tells_all_there_is(client: Client, ada: StaffProfile) -> None:
    claire = make_known(ada)
    text = words(client, page_of(claire))
    for part in (
        "E-mail claire@example.com Phone (212) 555-0171",
        "Confirmed yes Signs in by password or code Bookings made 1 Spent $995.00",
        "Mails wanted the day before, unfinished bookings, how it went",
        "Asks for TT-000001 Another day:",
        "The building lets movers in at ten.",
        "Unfinished 1 Elm Street → 5 Ocean Road",
        "Bookings 2",
        "Home Offered first 118 East 93rd Street, 6B, New York, NY 10128",
        "Doorman. Service entrance on the left",
        "Your move is booked TT-000002",
        "Welcome to ToteTaxi",
        "Prefers a call before noon. Ada Whitlock",
    ):
        assert part in text, part


def test_an_account_that_nobody_confirmed_says_so(client: Client, ada: StaffProfile) -> None:
    text = words(client, page_of(make_customer()))
    assert "Confirmed not yet" in text
    assert "No bookings yet." in text


@pytest.mark.parametrize("role", list(Role))
def test_sums_and_audit_are_shown_to_who_may_see_them(client: Client, role: Role) -> None:
    make_catalogue()
    claire = make_confirmed("claire@example.com")
    sign_in_staff(client, make_colleague(role))
    context = client.get(page_of(claire)).context
    shown = (context["spent_cents"] is not None, context["audit"] is not None)
    assert shown == (role in PERMISSIONS["view_money"], role in PERMISSIONS["view_audit"])


@pytest.mark.parametrize("role", list(Role))
def test_buttons_follow_the_role(client: Client, role: Role) -> None:
    make_catalogue()
    claire = make_confirmed("claire@example.com")
    sign_in_staff(client, make_colleague(role))
    text = words(client, page_of(claire))
    shown = {
        name for name in ("New booking", "Deactivate", "Merge", "See the site") if name in text
    }
    expected = {"New booking", "Deactivate"} if role in PERMISSIONS["edit_bookings"] else set()
    if role in PERMISSIONS["merge_customers"]:
        expected |= {"Merge", "See the site"}
    assert shown == expected


def test_spent_is_captured_less_refunded(client: Client, ada: StaffProfile) -> None:
    claire = make_confirmed("claire@example.com")
    booking = make_booking(customer_id=claire.pk, contact_email=claire.email)
    make_refund(make_payment(booking, cents=30000), 5000)
    assert client.get(page_of(claire)).context["spent_cents"] == 25000


def test_audit_of_a_merged_record_is_told_on_the_kept_one(
    client: Client, ada: StaffProfile
) -> None:
    kept, gone = make_confirmed("claire@example.com"), make_confirmed("claire@work.example")
    record(ada, Action.CLOSED_ACCOUNT, gone, request=None)
    merge(kept, of(gone))
    (entry,) = client.get(page_of(kept)).context["audit"]
    assert entry.row.action_words == "Deactivated a customer"


def test_a_merged_record_leads_to_the_kept_one(client: Client, ada: StaffProfile) -> None:
    kept, gone = make_confirmed("claire@example.com"), make_confirmed("claire@work.example")
    merge(kept, of(gone))
    page = client.get(page_of(gone))
    assert f'href="{page_of(kept)}"' in page.content.decode()
    assert (page.context["may_edit"], page.context["may_view_as"]) == (False, False)
    listed = [row.email for row, *_more in client.get("/staff/customers/").context["rows"]]
    assert listed == ["claire@example.com"]
    assert "claire@work.example opens it too" in words(client, page_of(kept))


def test_an_erased_account_says_so_and_offers_nothing(client: Client, ada: StaffProfile) -> None:
    claire = make_confirmed("claire@example.com")
    erase_customer(claire.pk, by=SYSTEM, now=clock.now())
    page = client.get(page_of(claire))
    assert (page.context["is_erased"], page.context["may_edit"]) == (True, False)
    assert "This account was erased." in words(client, page_of(claire))


def test_staff_and_strangers_are_no_customers(client: Client, ada: StaffProfile) -> None:
    found = [page_of(ada.user), reverse("staff:customer", args=[uuid.uuid4()])]
    assert [client.get(url).status_code for url in found] == [404, 404]


def test_bookings_go_by_ten(client: Client, ada: StaffProfile) -> None:
    claire = make_confirmed("claire@example.com")
    Booking.objects.filter(pk__in=[row.pk for row in add_many_bookings(23)]).update(
        customer=claire, guest_name="", guest_email="", guest_phone=""
    )
    seen: list[str] = []
    query, pages = "", 0
    while query or not pages:
        part = client.get(f"{page_of(claire)}?{query}").context["bookings"]
        numbers = re.findall(r"TT-\d{6}", part.rows)
        assert (len(numbers) <= 10, part.total) == (True, 23)
        seen, query, pages = seen + numbers, part.earlier, pages + 1
    assert (pages, len(set(seen)), len(seen)) == (3, 23, 23)
    assert part.later.startswith("before=")


def test_customer_page_costs_the_same_for_one_and_for_many(
    client: Client, ada: StaffProfile
) -> None:
    claire = make_known(ada)
    url = page_of(claire)
    cost(client, url)
    few = cost(client, url)
    rows = add_many_bookings(40)
    Booking.objects.filter(pk__in=[row.pk for row in rows[:20]]).update(
        customer=claire, guest_name="", guest_email="", guest_phone=""
    )
    for number in range(20):
        add_message(f"other{number}@example.com", MessageKind.WELCOME, "Hello")
        Note.objects.create(customer=claire, body="Again", author=ada.user)
        record(ada, Action.SENT_PASSWORD_RESET, claire, request=None)
        SavedAddress.objects.create(
            user=claire, label=f"Place {number}", street="1 Elm", city="X", state="NY", zip="10128"
        )
    assert (cost(client, url), few) == (19, 19)


# ------------------------------------------------------------------------------------------ guests


def make_guest(hour: int = 9, **changes: str) -> Booking:
    facts = {"contact_name": "Bo Li", "contact_email": "bo@example.com"} | changes
    return make_booking(pickup_time=time(hour), **facts)


def test_guest_page_gathers_what_was_booked_with_one_address(
    client: Client, ada: StaffProfile
) -> None:
    first = make_guest()
    second = make_guest(11, contact_email="Bo+boat@Example.com", contact_phone="+16465550188")
    make_guest(10, contact_email="other@example.com")
    make_payment(first)
    context = client.get(reverse("staff:guest", args=[first.number])).context
    assert (context["name"], context["emails"], context["phones"]) == (
        "Bo Li",
        [second.guest_email, "bo@example.com"],
        ["(646) 555-0188", "(212) 555-0171"],
    )
    assert (context["bookings"].total, context["spent_cents"]) == (2, 99500)


def test_a_guest_who_has_an_account_by_now_is_shown_there(
    client: Client, ada: StaffProfile
) -> None:
    claire = make_confirmed("claire@example.com")
    booking = make_booking(customer_id=claire.pk, contact_email=claire.email)
    answer = client.get(reverse("staff:guest", args=[booking.number]))
    assert (answer.status_code, answer["Location"]) == (303, page_of(claire))
    unknown = [reverse("staff:guest", args=[number]) for number in (77, 10**12)]
    assert [client.get(url).status_code for url in unknown] == [404, 404]


def test_guest_page_costs_the_same_for_one_and_for_many(client: Client, ada: StaffProfile) -> None:
    booking = make_guest()
    url = reverse("staff:guest", args=[booking.number])
    cost(client, url)
    few = cost(client, url)
    rows = add_many_bookings(40)
    Booking.objects.filter(pk__in=[row.pk for row in rows[:30]]).update(email_key=booking.email_key)
    assert (cost(client, url), few) == (13, 13)


# ------------------------------------------------------------------------------------ what is typed


@pytest.fixture
def hostile(ada: StaffProfile) -> User:
    """Somebody whose every word is markup."""
    claire = make_known(ada)
    User.objects.filter(pk=claire.pk).update(name=HOSTILE)
    SavedAddress.objects.update(
        label=HOSTILE[:40], street=HOSTILE, unit=HOSTILE, city=HOSTILE, access_notes=HOSTILE
    )
    Note.objects.update(body=HOSTILE)
    for draft in claire.drafts.all():
        draft.typed = {"where": {"pickup_street": HOSTILE, "delivery_street": HOSTILE}}
        draft.save()
    for booking in claire.bookings.all():
        booking.change_requests.update(note=HOSTILE)
    guest = make_guest(12)
    Booking.objects.filter(pk=guest.pk).update(guest_name=HOSTILE, title=HOSTILE)
    return claire


PAGES: dict[str, Callable[[User], str]] = {
    "customer": page_of,
    "edit": lambda user: reverse("staff:edit_customer", args=[user.pk]),
    "email": lambda user: reverse("staff:change_customer_email", args=[user.pk]),
    "close": lambda user: reverse("staff:close_account", args=[user.pk]),
    "address": lambda user: reverse(
        "staff:edit_customer_address", args=[user.pk, user.saved_addresses.get().pk]
    ),
    "delete": lambda user: reverse(
        "staff:delete_customer_address", args=[user.pk, user.saved_addresses.get().pk]
    ),
    "guest": lambda _user: reverse("staff:guest", args=[Booking.objects.latest("number").number]),
    "compare": lambda user: (
        reverse("staff:merge_customer", args=[user.pk])
        + f"?guest={Booking.objects.latest('number').number}"
    ),
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_customers_type_is_shown_harmlessly(client: Client, hostile: User, name: str) -> None:
    page = client.get(PAGES[name](hostile)).content.decode()
    assert (HOSTILE in page, "&lt;script&gt;alert(" in page) == (False, True)
