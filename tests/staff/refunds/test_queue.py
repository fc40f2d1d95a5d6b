"""The queue of refunds: what waits for whom, by pages, at a fixed price."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from payments.models import Payment, Refund
from tests.factories import make_refund
from tests.staff.refunds.conftest import browser_of
from totetaxi.lib import clock

PAGE = "/staff/refunds/"
# Session, person (2), the page, the counts.
QUERIES = 5


@pytest.fixture
def office(tom) -> Client:
    return browser_of(tom)


def keys(client: Client, **query: Any) -> list[int]:
    """The sums on a page, which tell them apart here."""
    rows = client.get(PAGE, query).context["rows"]
    return [refund.amount_cents for refund, _booking, _state in rows]


def many(payment: Payment, count: int, **facts: Any) -> None:
    """Rows that nobody asks about one by one."""
    now = clock.now()
    rows = Refund.objects.bulk_create(
        Refund(
            payment=payment,
            amount_cents=1,
            reason="goodwill",
            requested_by_kind="staff",
            idempotency_key=f"one-of-many-{facts.get('status')}-{number}",
            work_state="held",
            **facts,
        )
        for number in range(count)
    )
    for number, row in enumerate(rows):
        row.created_at = now - timedelta(minutes=number)
    Refund.objects.bulk_update(rows, ["created_at"], batch_size=500)


def every_kind(payment: Payment) -> None:
    open_facts = {"succeeded_at": None, "reason": "goodwill"}
    make_refund(payment, 1, status="requested", work_state="held", **open_facts)
    failed = make_refund(payment, 2, status="failed", **open_facts)
    make_refund(payment, 3, status="approved", work_state="parked", **open_facts)
    make_refund(payment, 5, status="approved", work_state="due", **open_facts)
    make_refund(payment, 6, status="pending", work_state="done", **open_facts)
    make_refund(payment, 7, reason="goodwill")
    make_refund(payment, 8, status="refused", work_state="held", **open_facts)
    make_refund(payment, 9, status="pending", work_state="done", retry_of=failed, **open_facts)
    make_refund(payment, 10, status="failed", **open_facts)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("", [1]),
        ("approve", [1]),
        ("failed", [10, 3]),
        ("by_hand", []),
        ("under_way", [9, 6, 5]),
        ("done", [7]),
        ("refused", [8]),
        ("nonsense", [1]),
    ],
)
def test_each_refund_stands_in_one_part(office: Client, payment: Payment, state, found):
    every_kind(payment)
    assert keys(office, state=state) == found


def test_refunds_of_offline_payments_wait_for_a_person(office: Client, payment: Payment):
    Payment.objects.update(method="offline", offline_way="cash", proof="Receipt 12")
    make_refund(payment, 4, status="approved", work_state="held", succeeded_at=None)
    assert (keys(office, state="by_hand"), keys(office, state="under_way")) == ([4], [])


def test_what_waits_is_counted_and_what_only_grows_is_not(office: Client, payment: Payment):
    every_kind(payment)
    tabs = office.get(PAGE).context["tabs"]
    assert [(tab.key, count) for tab, count, _query in tabs] == [
        ("approve", 1),
        ("failed", 2),
        ("by_hand", 0),
        ("under_way", 3),
        ("done", None),
        ("refused", None),
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("TT-000001", [1]), ("1", [1]), ("2", []), ("Esposito", []), ("9" * 20, [])],
)
def test_refunds_of_one_booking_are_found_by_its_number(
    office: Client, payment: Payment, typed, found
):
    type(payment.booking).objects.update(number=1)
    make_refund(payment, 1, status="requested", work_state="held", succeeded_at=None)
    assert keys(office, q=typed) == found


def test_pages_follow_one_another_without_a_gap(office: Client, payment: Payment):
    many(payment, 120, status="requested")
    seen: list[Any] = []
    query = "state=approve"
    while query:
        context = office.get(f"{PAGE}?{query}").context
        seen += [refund.pk for refund, _booking, _state in context["rows"]]
        query = context["older"]
    assert (len(seen), len(set(seen))) == (120, 120)


def test_cursor_that_means_nothing_is_the_first_page(office: Client, payment: Payment):
    many(payment, 2, status="requested")
    for cursor in ("x", "2026-01-01|x", "2026-01-01T00:00:00|00000000-0000-4000-8000-000000000000"):
        assert len(keys(office, before=cursor)) == 2


@pytest.mark.parametrize("count", [1, 50, 5000])
def test_page_costs_the_same_with_one_and_with_many(
    office: Client, payment: Payment, count, django_assert_num_queries
):
    many(payment, count, status="requested")
    office.get(PAGE)
    with django_assert_num_queries(QUERIES):
        office.get(PAGE)


def test_swap_is_the_list_alone(office: Client):
    answer = office.get(PAGE, headers={"HX-Request": "true", "HX-Target": "refunds"})
    assert answer.content.count(b"<html") == 0
