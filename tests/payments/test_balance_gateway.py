"""Stripe's books as we read them, against the sandbox."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings

from payments import balance_gateway
from payments.gateway import GatewayDownError, GatewayRefusedError
from tests.payments.shop import DECLINED, Shop
from tests.sandbox.fixtures import JudgedSandbox

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FOREVER = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))
_FAULTY = {"method": "GET", "path": "/v1/balance_transactions", "times": 2}


@pytest.fixture
def books(stripe_sandbox: JudgedSandbox, settings: LazySettings) -> JudgedSandbox:
    """An empty Stripe account, and no database."""
    settings.STRIPE_API_BASE = stripe_sandbox.base_url
    return stripe_sandbox


def seed(books: JudgedSandbox, count: int, **details: object) -> list[dict[str, str]]:
    """So many payments, a second apart from START."""
    first = int(START.timestamp())
    return books.seed([{"created": first + n, "amount": 5000 + n, **details} for n in range(count)])


def asked(books: JudgedSandbox) -> list[dict[str, str]]:
    return [request["params"] for request in books.requests()]


def test_period_is_read_page_by_page_and_each_when_it_is_needed(books: JudgedSandbox):
    made = [one["balance_transaction"] for one in seed(books, 101)]
    pages = balance_gateway.balance_pages(START, START + DAY)
    assert asked(books) == []
    first = next(pages)
    assert [entry.id for entry in first] == made[:0:-1]
    assert len(asked(books)) == 1
    assert [[entry.id for entry in page] for page in pages] == [[made[0]]]
    assert [params.get("starting_after") for params in asked(books)] == [None, made[1]]


def test_full_last_page_is_not_followed_by_an_empty_one(books: JudgedSandbox):
    seed(books, 100)
    assert [len(page) for page in balance_gateway.charge_pages(START, START + DAY)] == [100]
    assert len(asked(books)) == 1


def test_empty_period_has_no_pages(books: JudgedSandbox):
    for pages in (
        balance_gateway.balance_pages,
        balance_gateway.charge_pages,
        balance_gateway.refund_pages,
        balance_gateway.dispute_pages,
        balance_gateway.session_pages,
    ):
        assert list(pages(START, START + DAY)) == []


def test_neighbouring_periods_share_nothing_and_miss_nothing(books: JudgedSandbox):
    made = [one["charge"] for one in seed(books, 4)]

    def ids(since: float, until: float) -> list[str]:
        period = (START + timedelta(seconds=since), START + timedelta(seconds=until))
        return [one.id for page in balance_gateway.charge_pages(*period) for one in page]

    assert ids(0, 2) == [made[1], made[0]]
    assert ids(2, 4) == [made[3], made[2]]
    assert ids(0, 1.5) == [made[1], made[0]]
    assert ids(1.5, 4) == [made[3], made[2]]


def test_movement_is_read_to_the_cent(books: JudgedSandbox):
    made = seed(books, 1, amount=12500)[0]
    (page,) = balance_gateway.balance_pages(START, START + DAY)
    (entry,) = page
    assert (entry.id, entry.kind, entry.source_id) == (
        made["balance_transaction"],
        "charge",
        made["charge"],
    )
    assert (entry.amount_cents, entry.fee_cents, entry.net_cents) == (12500, 393, 12107)
    assert (entry.currency, entry.status) == ("usd", "available")
    assert (entry.at, entry.available_at) == (START, START + 2 * DAY)


def test_charge_of_ours_names_payment_booking_card_and_fee(shop: Shop):
    payment = shop.paid()
    (page,) = balance_gateway.charge_pages(*FOREVER)
    (charge,) = page
    assert (charge.payment_id, charge.booking_code) == (str(payment.pk), payment.booking.code)
    assert (charge.intent_id, charge.amount_cents) == (payment.intent_id, payment.amount_cents)
    assert (charge.is_paid, charge.is_captured, charge.is_disputed) == (True, True, False)
    assert (charge.card_brand, charge.card_last4, charge.currency) == ("visa", "4242", "usd")
    assert (charge.fee_cents, charge.entry_id) == (None, "")
    shop.stripe.settle()
    (entry,) = balance_gateway.balance_of_source(charge.id)
    settled = balance_gateway.get_charge(charge.id)
    assert (settled.fee_cents, settled.entry_id) == (entry.fee_cents, entry.id)


def test_charge_made_by_hand_carries_no_mark_of_ours(books: JudgedSandbox):
    made = books.charge_by_hand(45000, "Invoice 2041")
    charge = balance_gateway.get_charge(made["id"])
    assert (charge.payment_id, charge.booking_code) == ("", "")
    assert (charge.description, charge.amount_cents) == ("Invoice 2041", 45000)


def test_sessions_of_a_period_come_with_what_was_paid(books: JudgedSandbox):
    made = seed(books, 2)
    ((second, first),) = balance_gateway.session_pages(START, START + DAY)
    assert [first.id, second.id] == [one["checkout_session"] for one in made]
    assert second.intent is not None
    assert second.intent.latest_charge is not None
    assert (second.intent.received_cents, second.intent.latest_charge.id) == (
        5001,
        made[1]["charge"],
    )


def test_intent_is_answered_by_the_charge_that_paid_it(shop: Shop):
    payment = shop.press_pay().payment
    assert payment is not None
    intent_id = str(shop.pay(payment, DECLINED)["session"]["payment_intent"])
    assert balance_gateway.get_intent_charge(intent_id) is None
    shop.pay(payment)
    charge = balance_gateway.get_intent_charge(intent_id)
    assert charge is not None
    assert (charge.is_paid, charge.intent_id) == (True, intent_id)
    listed = [one.is_paid for page in balance_gateway.charge_pages(*FOREVER) for one in page]
    assert sorted(listed) == [False, True]


def test_failed_refund_names_what_it_took_and_what_came_back(books: JudgedSandbox):
    charge = books.charge_by_hand(45000)
    made = books.refund_by_hand(charge["id"], 5000)
    (page,) = balance_gateway.refund_pages(*FOREVER)
    (refund,) = page
    assert (refund.id, refund.status, refund.amount_cents) == (made["id"], "succeeded", 5000)
    assert (refund.charge_id, refund.intent_id) == (charge["id"], charge["payment_intent"])
    assert (refund.refund_id, refund.failure_entry_id) == ("", "")
    assert refund.created_at == datetime.fromtimestamp(made["created"], UTC)
    books.fail_refund(made["id"])
    ((failed,),) = balance_gateway.refund_pages(*FOREVER)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    moved = balance_gateway.balance_of_source(made["id"])
    assert [(entry.id, entry.kind, entry.net_cents) for entry in moved] == [
        (failed.failure_entry_id, "refund_failure", 5000),
        (failed.entry_id, "refund", -5000),
    ]


def test_dispute_shows_how_it_stands_and_what_it_moved(books: JudgedSandbox):
    charge = books.charge_by_hand(45000)
    made = books.dispute(charge["id"], amount=20000, reason="duplicate", due_days=7)
    ((dispute,),) = balance_gateway.dispute_pages(*FOREVER)
    assert dispute == balance_gateway.get_dispute(made["id"])
    assert (dispute.status, dispute.reason) == ("needs_response", "duplicate")
    assert (dispute.amount_cents, dispute.currency) == (20000, "usd")
    assert (dispute.charge_id, dispute.intent_id) == (charge["id"], charge["payment_intent"])
    assert dispute.due_at == dispute.opened_at + 7 * DAY
    assert dispute.is_charge_refundable is False
    assert balance_gateway.get_charge(charge["id"]).is_disputed is True
    books.advance(3600)
    books.win_dispute(made["id"])
    won = balance_gateway.get_dispute(made["id"])
    moved = [(entry.kind, entry.amount_cents, entry.fee_cents) for entry in won.entries]
    assert moved == [("adjustment", -20000, 1500), ("adjustment", 20000, 0)]
    assert won.entries == balance_gateway.balance_of_source(made["id"])[::-1]


def test_payout_is_a_movement_that_leaves_us(books: JudgedSandbox):
    books.charge_by_hand(10000)
    books.advance(3 * 24 * 3600)
    payout = books.pay_out()
    (entry,) = balance_gateway.balance_of_source(payout["id"])
    assert (entry.kind, entry.amount_cents, entry.fee_cents) == ("payout", -9680, 0)


def test_page_that_fails_ends_the_pages_that_came_before(books: JudgedSandbox):
    seed(books, 101)
    pages = balance_gateway.balance_pages(START, START + DAY)
    assert len(next(pages)) == 100
    books.faults.add("error_before", **_FAULTY)
    with pytest.raises(GatewayDownError):
        next(pages)


@pytest.mark.parametrize(
    ("get", "unknown"),
    [(balance_gateway.get_charge, "ch_0"), (balance_gateway.get_dispute, "du_0")],
)
def test_unknown_id_is_refused(books: JudgedSandbox, get, unknown):
    with pytest.raises(GatewayRefusedError) as refused:
        get(unknown)
    assert refused.value.code == "resource_missing"


@pytest.mark.django_db
def test_books_are_never_read_inside_a_transaction(books: JudgedSandbox):
    with pytest.raises(RuntimeError):
        next(balance_gateway.balance_pages(START, START + DAY))
    assert asked(books) == []
