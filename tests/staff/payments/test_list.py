"""The list of payments: what it says, what it is asked, what it costs."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Booking
from payments.models import Payment, PaymentAttempt
from staff.models import AuditLog
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_colleague,
    make_dispute,
    make_payment,
    make_refund,
    sign_in_staff,
)
from tests.factories.payments_by_many import add_many_payments
from totetaxi.lib import clock

pytestmark = pytest.mark.breaks_money("payments are rows alone: no booking follows them")

LIST = "/staff/payments/"
EXPORT = "/staff/payments/export/"
# Session, person, sign-in, count, rows, and what stands beside them (3).
QUERIES = 8


def shown(office: Client, query: str = "") -> list[Payment]:
    """The payments of a page, in order."""
    return [row.payment for row in office.get(f"{LIST}?{query}").context["rows"]]


def declined(payment: Payment, code: str = "generic_decline") -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        payment=payment, charge_id=f"ch_{code}", declined=True, code=code, at=clock.now()
    )


def opened(booking: Booking, **changes: object) -> Payment:
    """A payment whose page is open."""
    facts = {"status": "pending", "captured_cents": 0, "succeeded_at": None, "card_last4": ""}
    ends = {"session_expires_at": clock.now() + timedelta(minutes=35)}
    return make_payment(booking, **(facts | ends | changes))


# ---------------------------------------------------------------------------------- what it says


def test_list_says_what_it_is_while_there_is_nothing(office: Client, booking: Booking):
    assert b"No payments yet" in office.get(LIST).content
    assert b"No payment fits" in office.get(f"{LIST}?q=nobody").content


def test_row_says_how_the_payment_stands(office: Client, booking: Booking):
    payment = make_payment(booking, fee_cents=2916)
    make_refund(payment, 1000)
    make_refund(payment, 500, status="approved", succeeded_at=None)
    make_dispute(payment, amount_cents=2000)
    declined(payment)
    row = office.get(LIST).context["rows"][0]
    assert (row.state.text, row.state.tone) == ("Paid", "green")
    assert row.state.note == "1 declined, $5.00 on its way back"
    assert (row.how, row.code) == ("Visa ending 4242", booking.code)
    figures = row.figures
    assert (figures.refunded_cents, figures.disputed_cents) == (1000, 2000)


def test_offline_money_says_how_it_came(office: Client, booking: Booking):
    make_payment(booking, method="offline", session_id=None, intent_id=None, offline_way="cash")
    assert office.get(LIST).context["rows"][0].how == "Cash"


def test_newest_is_first(office: Client, booking: Booking):
    first, second = make_payment(booking), make_payment(make_booking())
    assert shown(office) == [second, first]


def test_pages_go_on_where_the_one_before_ended(office: Client, booking: Booking):
    add_many_payments(booking, 120)
    rows, query, seen = Payment.objects.order_by("-created_at", "-pk"), "", []
    for size in (50, 50, 20):
        context = office.get(f"{LIST}?{query}").context
        assert len(context["rows"]) == size
        seen += [row.payment for row in context["rows"]]
        query = context["older"]
    assert seen == list(rows)
    assert query == ""


def test_payments_of_one_moment_are_all_shown_once(office: Client, booking: Booking):
    add_many_payments(booking, 70)
    Payment.objects.update(created_at=clock.now())
    context = office.get(LIST).context
    later = shown(office, context["older"])
    assert len({row.payment.pk for row in context["rows"]} | {one.pk for one in later}) == 70


# ------------------------------------------------------------------------------- what it is asked


def test_filters_narrow_the_list(office: Client, booking: Booking):
    paid, waits, other = make_payment(booking), opened(make_booking()), make_booking()
    cash = make_payment(
        other, method="offline", session_id=None, intent_id=None, status="succeeded"
    )
    make_refund(paid, 100)
    make_dispute(paid)
    declined(waits)
    found = {
        query: shown(office, query)
        for query in (
            "status=pending",
            "method=offline",
            "has=refund",
            "has=decline",
            "has=dispute",
            "status=succeeded&method=stripe",
        )
    }
    assert found == {
        "status=pending": [waits],
        "method=offline": [cash],
        "has=refund": [paid],
        "has=decline": [waits],
        "has=dispute": [paid],
        "status=succeeded&method=stripe": [paid],
    }


def test_refund_that_was_refused_is_none(office: Client, booking: Booking):
    make_refund(make_payment(booking), 100, status="refused", succeeded_at=None)
    assert shown(office, "has=refund") == []


def test_days_are_new_yorks(office: Client, booking: Booking):
    payment = make_payment(booking)
    day = clock.today(payment.created_at)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert shown(office, f"since={day}&until={day}") == [payment]
    assert shown(office, f"since={after}") == shown(office, f"until={before}") == []


def test_number_finds_the_payments_of_a_booking(office: Client, booking: Booking):
    payment = make_payment(booking)
    make_payment(make_booking())
    for asked in (booking.code, f"{booking.number}", f"tt {booking.number}"):
        assert shown(office, f"q={asked}") == [payment]
    assert shown(office, "q=999999999999999999") == []


def test_ids_find_their_payment(office: Client, booking: Booking):
    payment = make_payment(booking, charge_id="ch_paid")
    refund = make_refund(payment, 100, stripe_id="re_made")
    dispute = make_dispute(payment)
    attempt = declined(payment)
    make_payment(make_booking())
    keys = [
        payment.session_id,
        payment.intent_id,
        payment.charge_id,
        attempt.charge_id,
        refund.stripe_id,
        dispute.stripe_id,
        str(payment.pk),
    ]
    assert [shown(office, f"q={key}") for key in keys] == [[payment]] * len(keys)


def test_palette_jumps_to_the_payment_of_an_id(office: Client, booking: Booking):
    payment = make_payment(booking)
    url = f"{LIST}{payment.pk}/"
    page = office.get("/staff/search/", {"q": payment.intent_id}).content.decode()
    assert f'href="{url}"' in page
    assert f'href="{url}"' not in office.get("/staff/search/", {"q": "99500"}).content.decode()


def test_palette_shows_no_payment_to_who_may_not_see_money(client: Client, booking: Booking):
    payment = make_payment(booking)
    sign_in_staff(client, make_colleague(Role.SUPPORT))
    page = client.get("/staff/search/", {"q": payment.intent_id}).content.decode()
    assert f"{payment.pk}" not in page


@pytest.mark.parametrize(
    "query",
    [
        "status=burnt",
        "method=shells",
        "has=luck",
        "since=yesterday",
        "until=0000-00-00",
        "after=nobody",
        "after=00000000-0000-4000-8000-000000000000&since=9999-12-31&until=9999-12-31",
        "q=%00%F0%9F%A6%84",
        "q=cs_%27%3Bdrop",
    ],
)
def test_what_an_address_cannot_mean_breaks_nothing(office: Client, booking: Booking, query: str):
    assert office.get(f"{LIST}?{query}").status_code == 200


def test_what_was_typed_is_shown_as_text(office: Client, booking: Booking):
    page = office.get(LIST, {"q": '"><script>alert(1)</script>'}).content
    assert b"<script>alert(1)" not in page


def test_filters_swap_the_list_alone(office: Client, booking: Booking):
    piece = office.get(LIST, headers={"HX-Request": "true", "HX-Target": "payments"})
    assert piece.content.strip().startswith(b'<div id="payments"')
    assert piece["Vary"].count("HX-Target") == 1


# ---------------------------------------------------------------------------------- what it costs


def cost(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_list_costs_the_same_with_fifty_and_with_five_thousand(office: Client, booking: Booking):
    queries = ["", "status=succeeded", "has=refund", "has=decline", f"q={booking.code}"]
    add_many_payments(booking, 50)
    few = [cost(office, f"{LIST}?{query}") for query in queries]
    add_many_payments(booking, 4950)
    many = [cost(office, f"{LIST}?{query}") for query in queries]
    assert few == many == [QUERIES] * len(queries)
    context = office.get(LIST).context
    assert context["count"] == "More than 2,000 payments"
    assert cost(office, f"{LIST}?{context['older']}") == QUERIES


# ------------------------------------------------------------------------------------------- file


def lines(office: Client, query: str = "") -> list[list[str]]:
    answer = office.post(f"{EXPORT}?{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a file
    return list(csv.reader(StringIO(text)))


def test_file_has_every_payment_of_the_filters(office: Client, booking: Booking):
    payment = make_payment(booking, fee_cents=2916, charge_id="ch_1")
    make_refund(payment, 1050)
    opened(make_booking())
    head, row = lines(office, "status=succeeded")
    line = dict(zip(head, row, strict=True))
    figures = ("Asked", "Captured", "Stripe’s fee", "Refunded", "Disputed", "Declined cards")
    assert [line[name] for name in figures] == ["995.00", "995.00", "29.16", "10.50", "", "0"]
    assert (line["Booking"], line["State"], line["Charge"]) == (booking.code, "succeeded", "ch_1")
    assert len(lines(office)) == 3


def test_file_has_no_formulas(office: Client, booking: Booking):
    make_payment(booking, method="offline", session_id=None, intent_id=None, proof="=HYPERLINK(1)")
    head, row = lines(office)
    assert row[head.index("Proof")] == "'=HYPERLINK(1)"


def test_who_took_the_file_is_written_down(office: Client, booking: Booking):
    lines(office, f"has=refund&q={booking.code}")
    row = AuditLog.objects.get(action="exported")
    assert (row.after["what"], row.after["filters"]) == ("payments", "has=refund")


# ------------------------------------------------------------------------------------------ people


@pytest.mark.parametrize(
    ("role", "page", "file"), [(Role.VIEWER, 200, 403), (Role.SUPPORT, 403, 403)]
)
def test_who_may_see_money_sees_it_and_who_may_export_takes_it(
    client: Client, booking: Booking, role: Role, page: int, file: int
):
    sign_in_staff(client, make_colleague(role))
    assert (client.get(LIST).status_code, client.post(EXPORT).status_code) == (page, file)
    assert (b"Export as CSV" in client.get(LIST).content) is False
