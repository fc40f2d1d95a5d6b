"""Discount codes: their limits, their uses, and terms that are fixed once somebody used them."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from booking.models import DiscountCode, DiscountRedemption
from booking.services.discounts import release_redemption
from staff.models import AuditLog
from tests.factories import make_booking
from tests.staff.catalogue.conftest import typed_in
from totetaxi.lib.clock import now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tom")]
ADD = "/staff/catalogue/discount-codes/new/"


def change_url(code: DiscountCode) -> str:
    return reverse("staff:discount_code_change", args=[code.pk])


def test_a_code_is_added_in_capitals_with_all_its_limits(save):
    answer = save(
        ADD,
        code=" summer-27 ",
        description="For returning guests",
        percent="12.5",
        max_discount_cents="150",
        min_subtotal_cents="500",
        first_date="2027-06-01",
        last_date="2027-08-31",
        max_uses="100",
        max_uses_per_customer="1",
        services=["mini_move", "standard_delivery"],
        is_active="on",
    )
    assert answer.status_code == 303
    code = DiscountCode.objects.get()
    fields = {name: getattr(code, name) for name in typed_stored()}
    assert fields == typed_stored()
    assert AuditLog.objects.get().after["code"] == "SUMMER-27"


def typed_stored() -> dict:
    return {
        "code": "SUMMER-27",
        "percent": Decimal("12.50"),
        "flat_cents": None,
        "max_discount_cents": 150_00,
        "min_subtotal_cents": 500_00,
        "first_date": date(2027, 6, 1),
        "last_date": date(2027, 8, 31),
        "max_uses": 100,
        "max_uses_per_customer": 1,
        "services": ["mini_move", "standard_delivery"],
        "is_active": True,
    }


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"percent": "0"}, {"percent": ["Enter a percentage above 0"]}),
        ({"flat_cents": "0"}, {"flat_cents": ["Enter a sum above $0"]}),
        ({}, {"percent": ["Enter a percentage, or a sum beside it"]}),
        ({"percent": "5", "code": "Spring"}, {"code": ["This code exists. Choose another."]}),
        (
            {"percent": "5", "code": "a b"},
            {"code": ["Use letters, figures, - and _, such as SUMMER-27"]},
        ),
        (
            {"percent": "5", "max_uses": "2", "max_uses_per_customer": "3"},
            {"max_uses_per_customer": ["Enter no more than the uses in all"]},
        ),
        (
            {"percent": "5", "first_date": "2027-02-01", "last_date": "2027-01-01"},
            {"last_date": ["Enter a day that is not before the first"]},
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client, typed, told):
    DiscountCode.objects.create(code="SPRING", percent=10)
    answer = client.post(ADD, {"code": "NEW"} | typed)
    assert (answer.status_code, dict(answer.context["form"].errors)) == (422, told)


def test_what_a_code_takes_off_is_fixed_once_it_was_used(client, save):
    code = DiscountCode.objects.create(code="SPRING", percent=10)
    booking = make_booking(discount_code="SPRING")
    form = client.get(change_url(code)).context["form"]
    assert [name for name, field in form.fields.items() if field.disabled] == [
        "code",
        "percent",
        "flat_cents",
        "max_discount_cents",
    ]
    typed = typed_in(form) | {"percent": "50", "last_date": "2027-01-31"}
    del typed["is_active"]
    save(change_url(code), **typed)
    code.refresh_from_db()
    assert (code.percent, code.last_date, code.is_active) == (
        Decimal(10),
        date(2027, 1, 31),
        False,
    )
    was = booking.total_cents
    booking.refresh_from_db()
    assert booking.total_cents == was


def test_a_first_use_meanwhile_is_told(client, look):
    code = DiscountCode.objects.create(code="SPRING", percent=10)
    typed = {"percent": "50", "is_active": "on"}
    seen = look(change_url(code), **typed).context["sheet"]
    make_booking(discount_code="SPRING")
    marks = {"opened": seen.opened, "previewed": seen.previewed, "do": "save"}
    answer = client.post(change_url(code), typed | marks)
    assert (answer.status_code, answer.context["sheet"].conflict is not None) == (422, True)
    code.refresh_from_db()
    assert code.percent == Decimal(10)


def test_uses_are_shown_with_their_bookings(client):
    code = DiscountCode.objects.create(code="SPRING", percent=10, max_uses=5)
    kept, lost, gone = (make_booking(discount_code="spring") for _ in range(3))
    release_redemption(lost, now=now())
    gone.deleted_at = now()
    gone.save()
    page = client.get(f"/staff/catalogue/discount-codes/{code.pk}/")
    uses = page.context["uses"]
    assert (uses.counted, uses.released) == (2, 1)
    assert {use.booking.number for use in uses.latest} == {kept.number, lost.number}
    assert kept.code in page.content.decode()
    line = client.get("/staff/catalogue/discount-codes/").context["page"].lines[0]
    assert (line.title, [cell.words for cell in line.cells]) == (
        "SPRING",
        ["10 %", "$0.00", "All services", "Always", "5", "2"],
    )


def test_the_list_costs_the_same_for_one_and_for_many(client, django_assert_num_queries):
    code = DiscountCode.objects.create(code="SPRING", percent=10)
    booking = make_booking(discount_code="SPRING")
    client.get("/staff/catalogue/discount-codes/")
    with django_assert_num_queries(6):
        client.get("/staff/catalogue/discount-codes/?q=spring")
    DiscountCode.objects.bulk_create(
        DiscountCode(code=f"SPRING-{n}", flat_cents=1) for n in range(4_999)
    )
    DiscountRedemption.objects.bulk_create(
        DiscountRedemption(
            code=code, booking=booking, person_key="x", email_key="x", released_at=now()
        )
        for _ in range(100)
    )
    with django_assert_num_queries(6):
        page = client.get("/staff/catalogue/discount-codes/?q=spring").context["page"]
    assert (len(page.lines), page.count, page.later) == (50, 5_000, 2)
