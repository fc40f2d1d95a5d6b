"""A new booking for a caller: the wizard's rules on one page, and a payment link."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SavedAddress
from booking.models import Alert, Booking, DiscountCode, Message, Note, PolicyText
from payments.models import PaymentLink
from staff.models import AuditLog
from staff.permissions import Role
from tests.factories import make_booking, make_colleague, make_customer, next_weekday, sign_in_staff
from tests.staff.orders.callers import a_form
from tests.staff.orders.desk import Desk
from tests.staff.orders.test_edit import told
from totetaxi.lib.clock import at_new_york, today
from totetaxi.lib.clock import now as clock_now

pytestmark = pytest.mark.django_db
PAGE = "/staff/bookings/new/"


def book(desk: Desk, form: dict[str, str], shown: str = "99500"):
    return desk.client.post(PAGE, form | {"shown_total_cents": shown, "step": "book"})


def test_a_callers_booking_is_made_and_its_link_sent(desk: Desk) -> None:
    answer = book(desk, a_form())
    booking = Booking.objects.get()
    link = PaymentLink.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("staff:booking", args=[booking.number])
    assert (booking.status, booking.source, booking.total_cents) == ("pending", "staff", 99_500)
    assert (booking.room_held, booking.terms_accepted_at is not None) == (True, True)
    assert (link.amount_cents, link.sent_to) == (99_500, "julian@ashworth.example")
    assert told(answer) == [
        (
            f"{booking.code} is booked: $995.00. "
            "A payment link for $995.00 is with julian@ashworth.example."
        )
    ]


def test_its_place_is_kept_until_the_links_deadline(desk: Desk) -> None:
    book(desk, a_form(hours="48", pickup_date=next_weekday(clock_now(), days=6).isoformat()))
    booking, link = Booking.objects.get(), PaymentLink.objects.get()
    assert booking.hold_expires_at == link.expires_at
    assert abs(link.expires_at - clock_now() - timedelta(hours=48)) < timedelta(minutes=5)


def test_it_leaves_an_audit_row(desk: Desk) -> None:
    book(desk, a_form())
    row = AuditLog.objects.get(action="took_order")
    assert (row.object_label, row.after) == (
        Booking.objects.get().code,
        {"total_cents": 99_500, "title": "Mini Move Petite"},
    )


def test_the_same_form_sent_twice_makes_one_booking(desk: Desk) -> None:
    form = a_form()
    first, second = book(desk, form), book(desk, form)
    assert Booking.objects.count() == PaymentLink.objects.count() == 1
    assert second.headers["Location"] == first.headers["Location"]


def test_another_form_at_the_same_time_is_refused_for_the_same_person(desk: Desk) -> None:
    book(desk, a_form())
    answer = book(desk, a_form())
    assert answer.context["error_items"] == [
        {
            "target": "id_pickup_time",
            "text": "This person already has a booking at this time. Choose another time.",
        }
    ]


def test_nothing_is_booked_at_a_price_that_was_not_shown(desk: Desk) -> None:
    answer = book(desk, a_form(), shown="99400")
    assert (answer.status_code, Booking.objects.count()) == (409, 0)
    assert answer.context["notice"] == (
        "The price is $995.00 now, it was $994.00. Tell the caller, then book."
    )


def test_the_price_is_looked_at_before_it_is_booked(desk: Desk) -> None:
    answer = book(desk, a_form(), shown="")
    assert (answer.status_code, Booking.objects.count()) == (409, 0)


def test_what_is_missing_is_told_and_what_was_typed_stays(desk: Desk) -> None:
    answer = book(desk, a_form(contact_phone="", told_terms="", delivery_zip="90210"))
    targets = [item["target"] for item in answer.context["error_items"]]
    assert (answer.status_code, sorted(targets)) == (
        422,
        ["id_contact_phone", "id_delivery_zip", "id_told_terms"],
    )
    assert 'value="340 West 57th Street"' in answer.content.decode()


def test_a_customer_is_found_and_chosen(desk: Desk) -> None:
    customer = make_customer("ellery@example.com")
    found = desk.client.post(PAGE, {"q": "ellery", "step": "find"}).context["found"]
    assert [each.pk for each in found.customers] == [customer.pk]
    answer = desk.client.post(PAGE, a_form(contact_name="") | {"choose": str(customer.pk)})
    account = answer.context["account"]
    assert (account.name, account.email) == ("Claire Ellery", "ellery@example.com")
    assert 'value="340 West 57th Street"' in answer.content.decode()


def test_a_search_in_place_answers_with_whom_it_found(desk: Desk) -> None:
    make_customer("ellery@example.com")
    headers = {"HX-Request": "true", "HX-Target": "callers"}
    answer = desk.client.post(PAGE, {"q": "ellery"}, headers=headers)
    assert next(template.name for template in answer.templates) == "staff/orders/callers.html"
    assert "ellery@example.com" in answer.content.decode()


def test_the_booking_of_a_customer_is_the_accounts(desk: Desk) -> None:
    customer = make_customer("ellery@example.com")
    form = a_form(contact_name="", contact_email="", contact_phone="")
    book(desk, form | {"customer": str(customer.pk)})
    booking = Booking.objects.get()
    assert (booking.customer_id, booking.guest_email) == (customer.pk, "")
    assert booking.contact.name == "Claire Ellery"


def test_a_phone_that_the_account_lacks_is_asked_and_kept(desk: Desk) -> None:
    customer = make_customer("ellery@example.com")
    customer.customer_profile.phone = ""
    customer.customer_profile.save()
    form = a_form(contact_name="", contact_email="") | {"customer": str(customer.pk)}
    assert book(desk, form).status_code == 303
    customer.customer_profile.refresh_from_db()
    assert customer.customer_profile.phone == "+12125550136"


def test_a_saved_address_is_put_at_an_end(desk: Desk) -> None:
    customer = make_customer("ellery@example.com")
    place = SavedAddress.objects.create(
        user=customer,
        label="Home",
        street="118 East 93rd Street",
        city="New York",
        state="NY",
        zip="10128",
        access_notes="Ring twice",
    )
    form = a_form() | {"customer": str(customer.pk), "use": f"pickup:{place.pk}"}
    page = desk.client.post(PAGE, form).content.decode()
    assert 'value="118 East 93rd Street"' in page
    assert ('value="Ring twice"' in page, 'value="18 Egypt Lane"' in page) == (True, True)


def test_a_guest_is_found_by_an_earlier_booking(desk: Desk) -> None:
    earlier = make_booking(contact_name="Julian Ashworth", contact_email="julian@a.example")
    form = a_form(contact_name="", contact_email="", contact_phone="")
    answer = desk.client.post(PAGE, form | {"q": "Ashworth", "guest": str(earlier.number)})
    assert 'value="julian@a.example"' in answer.content.decode()


def test_staff_and_closed_accounts_cannot_be_chosen(desk: Desk) -> None:
    closed = make_customer("closed@example.com", is_active=False)
    for who in (closed, desk.staff.user):
        answer = desk.client.get(f"{PAGE}?customer={who.pk}")
        assert answer.context["account"] is None


def test_the_address_may_name_the_customer(desk: Desk) -> None:
    customer = make_customer()
    answer = desk.client.get(f"{PAGE}?customer={customer.pk}")
    assert answer.context["account"].id == customer.pk


@pytest.mark.parametrize("named", ["", "nobody", "00000000-0000-4000-8000-000000000000"])
def test_an_address_that_names_nobody_is_a_guests(desk: Desk, named: str) -> None:
    assert desk.client.get(f"{PAGE}?customer={named}").context["account"] is None


def test_another_price_needs_its_reason(desk: Desk) -> None:
    answer = book(desk, a_form(own_total="700"))
    assert [item["target"] for item in answer.context["error_items"]] == ["id_own_reason"]


def test_another_price_is_agreed_and_asked_for(desk: Desk) -> None:
    book(desk, a_form(own_total="700", own_reason="Regular of ten years"))
    booking = Booking.objects.get()
    lines = list(booking.lines.values_list("label", "amount_cents"))
    assert (booking.total_cents, booking.price_overridden) == (70_000, True)
    assert lines == [("Mini Move Petite", 99_500), ("Agreed price", -29_500)]
    assert PaymentLink.objects.get().amount_cents == 70_000
    assert Note.objects.get().body == ("Price set to $700.00, was $995.00: Regular of ten years")


def test_free_of_charge_is_confirmed_without_a_link(desk: Desk) -> None:
    answer = book(desk, a_form(own_total="0", own_reason="We broke a lamp"))
    booking = Booking.objects.get()
    assert (booking.status, PaymentLink.objects.count()) == ("paid", 0)
    assert told(answer) == [f"{booking.code} is booked and confirmed, free of charge."]


def test_what_a_code_makes_free_waits_for_no_payment_later(desk: Desk) -> None:
    DiscountCode.objects.create(code="GIFT", percent=100)
    book(desk, a_form(payment="later", discount_code="GIFT"), shown="0")
    assert (Booking.objects.get().status, Alert.objects.count()) == ("paid", 0)


def test_above_the_limit_several_links_ask_for_it(desk: Desk) -> None:
    form = a_form(choice="mini_move:full", items="40", packing="on", unpacking="on")
    form["pickup_date"] = next_weekday(clock_now(), days=5).isoformat()
    book(desk, form, shown="1208500")
    booking = Booking.objects.get()
    sums = list(PaymentLink.objects.order_by("position").values_list("amount_cents", flat=True))
    assert (booking.needs_staff, booking.room_held) == (True, True)
    assert sums == [1_000_000, 208_500]
    assert Message.objects.filter(kind="request_received").count() == 0


def test_more_than_a_van_carries_waits_for_staff_to_arrange_vans(desk: Desk) -> None:
    book(desk, a_form(choice="standard_delivery", items="61"), shown="584500")
    booking = Booking.objects.get()
    assert (booking.van, booking.room_held) == (None, False)
    summary = f"{booking.code}, 61 items: no van carries it, arrange the vans."
    assert list(Alert.objects.values_list("summary", flat=True)) == [summary]


def test_support_may_not_book_above_the_limit(desk: Desk) -> None:
    support = Desk(Role.SUPPORT)
    answer = book(support, a_form(choice="standard_delivery", items="61"), shown="584500")
    assert (answer.status_code, answer.context["general"]) == (
        422,
        ["This is above the online limits: a coordinator, a manager or an admin books it."],
    )


def test_later_is_for_who_may_override_payment_or_above_the_limit(desk: Desk) -> None:
    coordinator = Desk(Role.COORDINATOR)
    refused = book(coordinator, a_form(payment="later"))
    assert [item["target"] for item in refused.context["error_items"]] == ["id_payment"]
    book(desk, a_form(payment="later"))
    booking = Booking.objects.get()
    kept = booking.hold_expires_at - clock_now()
    assert PaymentLink.objects.count() == 0
    assert timedelta(hours=71) < kept < timedelta(hours=73)
    assert Alert.objects.get().summary == f"{booking.code}, Mini Move Petite: arrange payment."


def test_a_price_of_ones_own_is_forbidden_without_the_permission(desk: Desk) -> None:
    coordinator = Desk(Role.COORDINATOR)
    form = a_form(own_total="1", own_reason="A friend")
    assert book(coordinator, form).status_code == 403
    assert Booking.objects.count() == 0


def test_a_full_day_is_told_with_the_nearest_free_ones(desk: Desk) -> None:
    day = next_weekday(clock_now())
    for _van in range(2):
        make_booking(package="full", items=40, pickup_date=day)
    answer = book(desk, a_form(pickup_date=day.isoformat()))
    (item,) = answer.context["error_items"]
    assert (answer.status_code, item["target"]) == (422, "id_pickup_date")
    assert "is full for a booking of this size. Nearest free days:" in item["text"]


def test_the_price_follows_what_is_typed(desk: Desk) -> None:
    headers = {"HX-Request": "true", "HX-Target": "new-price"}
    answer = desk.client.post(PAGE, a_form(choice="mini_move:standard"), headers=headers)
    assert next(template.name for template in answer.templates) == "staff/orders/new_price.html"
    assert (answer.context["total_cents"], answer.context["book"]) == (
        172_500,
        "Book and send a link for $1,725.00",
    )


def test_the_text_versions_that_were_told_are_kept(desk: Desk) -> None:
    PolicyText.objects.create(kind="terms", version=3, body="Terms", published_at=clock_now())
    book(desk, a_form())
    assert Booking.objects.get().terms_version == 3


@pytest.mark.parametrize(
    ("role", "status"), [(Role.VIEWER, 403), (Role.SUPPORT, 200), (Role.COORDINATOR, 200)]
)
def test_who_may_book(desk: Desk, client, role: Role, status: int) -> None:
    sign_in_staff(client, make_colleague(role))
    assert client.get(PAGE).status_code == status


def test_today_is_booked_with_the_permission_alone(desk: Desk, time_machine) -> None:
    """On a Monday at seven in the morning; a Mini Move, which customers book a day ahead."""
    monday = today(clock_now()) + timedelta(days=7 - today(clock_now()).weekday())
    time_machine.move_to(at_new_york(monday, time(7)))
    form = a_form(pickup_date=monday.isoformat(), pickup_time="11:00")
    support, coordinator = Desk(Role.SUPPORT), Desk(Role.COORDINATOR)
    refused = book(support, form)
    assert [item["target"] for item in refused.context["error_items"]] == ["id_pickup_date"]
    assert book(coordinator, form).status_code == 303
    assert Booking.objects.get().pickup_date == monday


def test_the_page_makes_the_same_queries_however_many_customers_there_are(desk: Desk) -> None:
    form = a_form() | {"q": "ellery", "step": "find"}
    make_customer()
    make_booking()
    with CaptureQueriesContext(connection) as few:
        desk.client.post(PAGE, form)
    for _more in range(20):
        make_customer()
    with CaptureQueriesContext(connection) as many:
        desk.client.post(PAGE, form)
    assert len(many) == len(few) == 7


def test_what_a_caller_says_is_shown_harmlessly(desk: Desk) -> None:
    nasty = "<script>alert(1)</script>"
    make_customer("nasty@example.com")
    form = a_form(contact_name=nasty, driver_notes=nasty, pickup_street=nasty) | {"q": nasty}
    assert nasty not in desk.client.post(PAGE, form).content.decode()
