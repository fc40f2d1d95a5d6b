"""The page Money: the equation, what is open, expected and matched, and one safe thing for each."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from booking.models import Alert, AlertKind, raise_alert
from payments.models import BalanceMovement, MoneyAct, Payment, PaymentAudit
from payments.reconciliation.tell import tell_of
from staff.models import AuditLog
from staff.money.rows import when_words
from staff.permissions import Role
from tests.factories import (
    make_catalogue,
    make_colleague,
    make_paid_booking,
    make_refund,
    sign_in_staff,
)
from tests.factories.movements import add_movements
from tests.staff.money.scene import (
    being_paid,
    busy_house,
    dearer,
    matched,
    open_alerts,
    outside,
    overpaid,
    payout,
    unknown,
)
from totetaxi.lib import clock, queue
from totetaxi.lib.work import WorkState
from totetaxi.models import JobRun

pytestmark = pytest.mark.django_db
PAGE = "/staff/money/"
# Session, person (2); figures; open movements (2); alerts, short bookings (2), their money (2),
# payments and refunds of alerts; pages, links, refunds, disputes; expected, matched; two runs,
# whether one failed.
QUERIES = 22


@pytest.fixture
def office(client: Client) -> Client:
    """A manager's browser."""
    sign_in_staff(client, make_colleague(Role.MANAGER, "Tom Bellamy"))
    return client


def sections(office: Client, **asked: str) -> dict[str, list]:
    """The rows of each section."""
    page = office.get(PAGE, asked)
    assert page.status_code == 200
    return {one.name: one.rows for one in page.context["sections"]}


def terms(office: Client) -> list[tuple[str, str, str]]:
    return [(one.sign, one.label, one.amount) for one in office.get(PAGE).context["terms"]]


def acts(office: Client) -> dict[str, str | None]:
    """What each open row is, and the words of its one safe action."""
    return {row.what: row.act.label if row.act else None for row in sections(office)["open"]}


# --------------------------------------------------------------------------------------- figures


def test_equation_adds_up_to_what_is_still_at_stripe(office: Client):
    matched()
    outside(40000)
    payout(90000)
    assert terms(office) == [
        ("", "Captured", "$995.00"),
        ("−", "Refunded", "$0.00"),
        ("−", "Stripe fees", "$29.16"),
        ("+", "Not ours", "$388.10"),
        ("=", "Ours", "$1,353.94"),
        ("−", "Paid out", "$900.00"),
        ("=", "Still at Stripe", "$453.94"),
    ]


def test_equation_names_disputes_and_what_was_paid_of_former_days(office: Client):
    add_movements(1, kind="adjustment", amount_cents=-10000, fee_cents=1500)
    payout(500)
    assert terms(office) == [
        ("", "Captured", "$0.00"),
        ("−", "Refunded", "$0.00"),
        ("−", "Disputed", "$100.00"),
        ("−", "Stripe fees", "$15.00"),
        ("=", "Ours", "-$115.00"),
        ("−", "Paid out", "$5.00"),
        ("=", "Paid out of former days", "$120.00"),
    ]


def test_tabs_count_what_they_show(office: Client):
    busy_house()
    tabs = office.get(PAGE).context["tabs"]
    assert [(str(one.label), one.count) for one in tabs] == [
        ("All", 12),
        ("Open", 3),
        ("Expected", 5),
        ("Matched", 4),
    ]
    for name, count in (("open", 3), ("expected", 5), ("matched", 4)):
        assert {key: len(rows) for key, rows in sections(office, show=name).items()} == {
            name: count
        }


# ------------------------------------------------------------------------------------------ rows


def test_matched_row_says_the_same_on_both_sides(office: Client):
    booking = matched().payment.booking
    (row,) = sections(office)["matched"]
    assert (row.code, row.what, row.ours, row.stripe, row.difference, row.state) == (
        booking.code,
        "Payment, Visa ending 4242",
        "$995.00",
        "$995.00",
        "$0.00",
        "Matched",
    )


def test_open_row_says_by_how_much_and_what_to_do(office: Client):
    movement = unknown(28500)
    (row,) = sections(office)["open"]
    assert (row.ours, row.stripe, row.difference) == ("–", "$285.00", "$285.00 over")
    address = reverse("staff:explain_movement", args=[movement.pk])
    assert (row.act.label, row.act.url) == ("Explain", address)


def test_each_open_thing_has_its_one_safe_action(office: Client):
    dearer(matched().payment.booking, 14775)
    overpaid(5000)
    wrong = matched(standing="open", why="wrong_sum", amount_cents=99600)
    unknown()
    assert acts(office) == {
        "Costs more than was paid": "Ask for $147.75",
        "More was paid than is due": "Propose refund $50.00",
        "Payment, Visa ending 4242: Another sum than ours": "Explain",
        "Payment: Has our mark, and is no payment of ours": "Explain",
    }
    (row,) = [row for row in sections(office)["open"] if row.number == wrong.payment.booking.number]
    assert (row.difference, row.act.url) == (
        "$1.00 over",
        reverse("staff:explain_movement", args=[wrong.pk]),
    )


def test_payment_that_stripe_never_booked_is_open(office: Client):
    make_catalogue()
    booking = make_paid_booking()
    payment = booking.payments.get()
    raise_alert(
        AlertKind.MONEY_OPEN, about=f"payment:{payment.pk}", summary="Missing", booking=booking
    )
    (row,) = sections(office)["open"]
    assert (row.what, row.ours, row.stripe, row.act.label) == (
        "Stripe has not booked the payment",
        "$995.00",
        "–",
        "Look into it",
    )


@pytest.mark.breaks_money("a mismatch whose booking was confirmed")
def test_payment_that_does_not_match_stands_once(office: Client):
    movement = matched(standing="open", why="not_settled", amount_cents=99400)
    payment = movement.payment
    Payment.objects.update(status="mismatch", captured_cents=99400)
    raise_alert(
        AlertKind.PAYMENT_MISMATCH,
        about=str(payment.pk),
        summary="Another sum",
        booking=payment.booking,
    )
    assert len(sections(office, show="open")["open"]) == 1
    BalanceMovement.objects.all().delete()
    (row,) = sections(office, show="open")["open"]
    assert (row.ours, row.stripe, row.difference) == ("$995.00", "$994.00", "$1.00 apart")


def test_what_waits_says_until_when(office: Client):
    with time_machine.travel("2026-12-05T14:00:00Z", tick=False):
        make_catalogue()
        sign_in_staff(office, make_colleague(Role.MANAGER))
        being_paid()
        (row,) = sections(office)["expected"]
    assert (row.ours, row.stripe, row.state) == ("$995.00", "–", "To 9:30 AM")


def test_viewer_sees_it_and_is_offered_nothing_to_change(client: Client):
    sign_in_staff(client, make_colleague(Role.VIEWER))
    make_catalogue()
    dearer(make_paid_booking(), 100)
    unknown()
    assert set(acts(client).values()) == {None}
    assert client.get(PAGE).context["may_explain"] is False


def test_who_may_not_see_money_gets_403(client: Client):
    sign_in_staff(client, make_colleague(Role.COORDINATOR))
    assert client.get(PAGE).status_code == 403


# ---------------------------------------------------------------------------------------- period


def test_days_are_new_yorks_and_stand_in_the_address(office: Client):
    with time_machine.travel("2026-12-06T03:00:00Z", tick=False):  # December 5 in New York
        sign_in_staff(office, make_colleague(Role.MANAGER))
        chosen = office.get(PAGE).context["chosen"]
        assert (chosen.period.first, chosen.period.last) == (date(2026, 11, 29), date(2026, 12, 5))
        month = office.get(PAGE, {"period": "last_month"}).context["chosen"]
        assert (month.period.first, month.period.last) == (date(2026, 11, 1), date(2026, 11, 30))
        asked = {"since": "2026-12-01", "until": "2026-12-02"}
        assert office.get(PAGE, asked).context["chosen"].words == "Dec 1, 2026 – Dec 2, 2026"


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "ever"},
        {"since": "soon"},
        {"since": "2026-12-02", "until": "2026-12-01"},
        {"show": "all", "after": "x"},
    ],
)
def test_nonsense_in_the_address_is_the_last_seven_days(office: Client, asked: dict[str, str]):
    chosen = office.get(PAGE, asked).context["chosen"]
    assert (chosen.name, chosen.period.last - chosen.period.first) == ("week", timedelta(days=6))


def test_a_year_is_the_longest(office: Client):
    chosen = office.get(PAGE, {"since": "2001-01-01", "until": "2026-01-01"}).context["chosen"]
    assert chosen.period.last - chosen.period.first == timedelta(days=366)


def test_what_is_open_stands_however_old(office: Client):
    unknown(at=clock.now() - timedelta(days=300))
    matched(at=clock.now() - timedelta(days=300))
    found = sections(office)
    assert (len(found["open"]), found["matched"]) == (1, [])


def test_pages_hold_fifty_and_miss_none(office: Client):
    add_movements(120, apart=timedelta(seconds=1))
    seen, query = [], "?show=matched"
    while query:
        page = office.get(f"{PAGE}{query}")
        (section,) = page.context["sections"]
        seen.append(len(section.rows))
        query = f"?{section.more}" if section.more else ""
    assert seen == [50, 50, 20]


def test_moments_are_told_as_people_do():
    now = clock.now()
    today = clock.new_york(now).replace(hour=8, minute=33)
    long_ago = today.replace(year=2025, month=3, day=4)
    assert when_words(today, now) == "Today 8:33 AM"
    assert when_words(today - timedelta(days=2), now) == f"{today - timedelta(days=2):%a} 8:33 AM"
    assert when_words(long_ago, now) == "Mar 4, 2025, 8:33 AM"


# --------------------------------------------------------------------------------------- queries


@pytest.mark.parametrize("many", [1, 50])
def test_page_makes_a_fixed_number_of_queries(
    office: Client, many: int, django_assert_num_queries: DjangoAssertNumQueries
):
    busy_house()
    add_movements(many, apart=timedelta(seconds=1))
    add_movements(many, standing="open", why="unread", apart=timedelta(seconds=1))
    add_movements(many, standing="expected", why="outside", apart=timedelta(seconds=1))
    cache.clear()
    with django_assert_num_queries(QUERIES):
        office.get(PAGE)


def test_page_makes_as_many_queries_with_five_thousand_movements(
    office: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    busy_house()
    add_movements(5_000, apart=timedelta(seconds=1))
    with django_assert_num_queries(QUERIES):
        office.get(PAGE, {"show": ""})


# ------------------------------------------------------------------------------------ explaining


def test_explained_movement_is_expected_and_told_no_longer(office: Client):
    movement = unknown()
    assert open_alerts() == ["money_open"]
    address = reverse("staff:explain_movement", args=[movement.pk])
    asked = {"why": "unknown_payment", "explanation": "An invoice of 2025, paid late"}
    answer = office.post(address, asked)
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    movement.refresh_from_db()
    assert (movement.standing, movement.why, movement.explanation, open_alerts()) == (
        "expected",
        "explained",
        "An invoice of 2025, paid late",
        [],
    )
    assert movement.explained_by.name == "Tom Bellamy"
    audit = PaymentAudit.objects.get(act=MoneyAct.EXPLAINED)
    assert (audit.amount_cents, audit.detail["why"]) == (28500, "unknown_payment")
    row = AuditLog.objects.get(action="explained_money")
    assert row.after == {
        "stripe_id": movement.stripe_id,
        "amount_cents": 28500,
        "explanation": "(not kept)",
    }


def test_explanation_needs_words(office: Client):
    movement = unknown()
    address = reverse("staff:explain_movement", args=[movement.pk])
    answer = office.post(address, {"explanation": "  "})
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"explanation": ["Say what it is"]},
    )


def test_what_is_not_open_any_more_is_not_explained_again(office: Client):
    movement = matched()
    address = reverse("staff:explain_movement", args=[movement.pk])
    office.post(address, {"explanation": "Flowers"})
    movement.refresh_from_db()
    assert (movement.standing, PaymentAudit.objects.count()) == ("matched", 0)


def test_explanation_is_shown_as_it_was_typed_and_nothing_else(office: Client):
    movement = unknown()
    words = "<script>alert(1)</script>"
    address = reverse("staff:explain_movement", args=[movement.pk])
    office.post(address, {"why": "unknown_payment", "explanation": words})
    for page in (PAGE, address, "/staff/money/report/"):
        text = office.get(page).content.decode()
        assert (words in text, "&lt;script&gt;alert(1)" in text) == (False, True)


def test_form_that_shows_a_former_reason_explains_nothing_and_keeps_its_words(office: Client):
    movement = unknown()
    address = reverse("staff:explain_movement", args=[movement.pk])
    answer = office.post(address, {"why": "unread", "explanation": "Flowers"})
    movement.refresh_from_db()
    assert (answer.status_code, movement.standing, open_alerts()) == (409, "open", ["money_open"])
    assert answer.context["form"]["explanation"].value() == "Flowers"
    assert 'name="why" value="unknown_payment"' in answer.content.decode()


@pytest.mark.breaks_money("a mismatch whose booking was confirmed")
def test_payment_to_be_decided_has_one_place_wherever_one_comes_from(office: Client):
    movement = matched(standing="open", why="not_settled")
    Payment.objects.update(status="mismatch")
    tell_of(movement, now=clock.now())
    place = reverse("staff:payment", args=[movement.payment_id])
    (row,) = sections(office)["open"]
    assert (row.act.label, row.act.url) == ("Look at the payment", place)
    (alert,) = Alert.objects.filter(closed_at=None)
    told = office.get(reverse("staff:alert", args=[alert.pk])).context["view"].place
    assert office.get(told)["Location"] == place
    answer = office.post(told, {"why": "not_settled", "explanation": "Flowers"})
    movement.refresh_from_db()
    assert (answer["Location"], movement.standing) == (place, "open")


def test_page_of_explanation_leads_to_what_it_is_of(office: Client):
    movement = matched(standing="open", why="wrong_fee")
    text = office.get(reverse("staff:explain_movement", args=[movement.pk])).content.decode()
    assert reverse("staff:payment", args=[movement.payment_id]) in text


def test_explained_payment_counts_as_captured_and_is_listed(office: Client):
    movement = matched(standing="open", why="wrong_fee")
    address = reverse("staff:explain_movement", args=[movement.pk])
    office.post(address, {"why": "wrong_fee", "explanation": "Stripe's mistake"})
    assert terms(office)[0] == ("", "Captured", "$995.00")
    page = office.get("/staff/money/report/")
    assert [one.what for one in page.context["explained"]] == ["Stripe's mistake"]
    assert page.context["apart"] == []


def test_another_currency_is_shown_as_it_is_and_in_no_sum(office: Client):
    unknown(28500, currency="eur")
    outside(40000)
    BalanceMovement.objects.filter(why="outside").update(currency="eur")
    found = sections(office)
    assert [(row.stripe, row.difference, row.cents) for row in found["open"]] == [
        ("285.00 EUR", "–", 0)
    ]
    assert [(row.stripe, row.cents) for row in found["expected"]] == [("400.00 EUR", 0)]
    assert {amount for _sign, _label, amount in terms(office)} == {"$0.00"}


def test_refund_that_stripe_made_once_more_is_open_with_its_sum(office: Client):
    payment = matched().payment
    refund = make_refund(payment, 9500, reason="goodwill")
    raise_alert(AlertKind.MONEY_OPEN, about=str(refund.pk), summary="Once more")
    (row,) = sections(office)["open"]
    assert (row.what, row.ours) == ("Money that nobody has explained", "refunded $95.00")


# ------------------------------------------------------------------------------------- comparing


def test_comparison_is_begun_once(office: Client):
    for _press in range(2):
        office.post("/staff/money/comparison/")
    runs = JobRun.objects.filter(name="payments.reconcile_recent")
    assert (runs.count(), AuditLog.objects.filter(action="healed_money").count()) == (1, 2)
    assert [row.after for row in AuditLog.objects.filter(action="healed_money")] == [
        {"begun": False},
        {"begun": True},
    ]


def test_page_says_when_it_was_last_compared(office: Client):
    assert office.get(PAGE).context["compared"] == "Not compared with Stripe yet"
    slot = clock.now() - timedelta(days=2)
    JobRun.objects.create(
        name="payments.reconcile_recent", slot=slot, work_state=WorkState.DONE, next_try_at=slot
    )
    words = when_words(slot, clock.now())
    text = f"Compared with Stripe to the cent, last {words}"
    assert office.get(PAGE).context["compared"] == text


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        (AlertKind.PROVIDER_DOWN, "stripe-books"),
        (AlertKind.WORK_PARKED, "job:payments.reconcile_recent"),
    ],
)
def test_page_says_that_a_comparison_failed_since(office: Client, kind: AlertKind, about: str):
    raise_alert(kind, about=about, summary="It failed")
    words = office.get(PAGE).context["compared"]
    assert words == "Not compared with Stripe yet: the comparison failed, and is tried again"
    slot = clock.now() - timedelta(days=2)
    JobRun.objects.create(
        name="payments.reconcile_recent", slot=slot, work_state=WorkState.DONE, next_try_at=slot
    )
    assert office.get(PAGE).context["compared"] == (
        f"Last compared with Stripe to the end {when_words(slot, clock.now())}: "
        "a comparison failed since, and is tried again"
    )


def test_only_a_job_that_is_scheduled_can_be_begun():
    with pytest.raises(LookupError):
        queue.run_soon("nobody.knows", clock.now())


# ---------------------------------------------------------------------------------------- report


def test_report_shows_days_differences_and_what_is_apart(office: Client):
    busy_house()
    page = office.get("/staff/money/report/")
    (day,) = page.context["days"]
    assert day.cells == page.context["total"].cells
    assert [one.what for one in page.context["differences"]] == [
        "Has our mark, and is no payment of ours"
    ]
    assert [one.stripe for one in page.context["apart"]] == ["$388.10"]


@pytest.mark.parametrize("many", [1, 60])
def test_report_makes_a_fixed_number_of_queries(
    office: Client, many: int, django_assert_num_queries: DjangoAssertNumQueries
):
    add_movements(many)
    add_movements(many, standing="open", why="unread")
    add_movements(many, standing="expected", why="outside")
    # Session, person (2); sums (3); differences (3), what is explained, what is apart.
    with django_assert_num_queries(11):
        office.get("/staff/money/report/")


def test_report_as_a_file_has_the_same_sums(office: Client):
    matched()
    answer = office.post("/staff/money/report/export/?period=today")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    today = clock.today(clock.now()).isoformat()
    assert lines[1].startswith(f"{today},995.00,0.00,0.00,-29.16,965.84")
    assert AuditLog.objects.get(action="exported").after == {
        "what": "money",
        "since": today,
        "until": today,
    }
