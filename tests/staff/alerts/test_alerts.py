"""An alert is taken by one of the team, given back, or closed: who and when is kept."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.models import Alert, AlertKind, raise_alert
from payments.models import MoneyAct, PaymentAudit
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from staff.today.actions import alert_action
from staff.today.alerts import find_alerts
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_paid_booking,
    make_refund,
    sign_in_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert() -> Alert:
    make_catalogue()
    raise_alert(AlertKind.SURPLUS, about="x", summary="Paid twice", booking=make_booking())
    return Alert.objects.get()


def browser_of(profile: StaffProfile) -> Client:
    client = Client()
    sign_in_staff(client, profile)
    return client


@pytest.fixture
def maya() -> StaffProfile:
    return make_colleague(Role.COORDINATOR, "Maya Park")


def act(who: StaffProfile, alert: Alert, name: str, **more: Any) -> HttpResponse:
    answer = browser_of(who).post(reverse("staff:alert", args=[alert.pk]), {"act": name} | more)
    alert.refresh_from_db()
    return answer


def said(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_alert_is_taken_given_back_and_closed(alert: Alert, maya: StaffProfile):
    act(maya, alert, "take")
    assert (alert.taken_by, alert.taken_at is not None) == (maya.user, True)
    act(maya, alert, "give_back")
    assert (alert.taken_by, alert.taken_at) == (None, None)
    act(maya, alert, "close")
    assert (alert.closed_by, alert.closed_at is not None) == (maya.user, True)
    rows = AuditLog.objects.order_by("id").values_list("action", "object_label", "after")
    code, mine = alert.booking.code, str(maya.user.pk)  # type: ignore[union-attr]  # it has one
    assert list(rows) == [
        ("took_alert", code, {"alert": "surplus", "taken_by": mine}),
        ("gave_back_alert", code, {"alert": "surplus", "taken_by": None}),
        ("closed_alert", code, {"alert": "surplus", "taken_by": None}),
    ]


def test_second_of_two_is_told_who_has_it(alert: Alert, maya: StaffProfile):
    tom = make_colleague(Role.SUPPORT, "Tom Bellamy")
    act(maya, alert, "take", seen="")
    answer = act(tom, alert, "take", seen="")
    assert (alert.taken_by, said(answer)) == (maya.user, ["Maya Park took it meanwhile."])
    act(tom, alert, "take", seen=str(maya.user.pk))  # who sees that may take it over
    assert alert.taken_by == tom.user
    answer = act(maya, alert, "give_back")
    assert (alert.taken_by, said(answer)) == (tom.user, ["It is not with you any more."])


@pytest.mark.parametrize("name", ["take", "give_back", "close"])
def test_closed_alert_stays_closed(alert: Alert, maya: StaffProfile, name: str):
    act(maya, alert, "close")
    was = alert.closed_at
    answer = act(make_colleague(), alert, name)
    assert (said(answer), alert.closed_by, alert.closed_at) == (
        ["It is closed already."],
        maya.user,
        was,
    )


@pytest.mark.parametrize("kind", [AlertKind.CHANGE_REQUEST, AlertKind.REFUND_REQUESTED])
def test_what_waits_for_a_decision_is_not_closed_by_hand(
    alert: Alert, maya: StaffProfile, kind: AlertKind
):
    about = "5f0c5fd5-2b4a-4a55-9d0f-0a6a0a6a0a6a"
    Alert.objects.filter(pk=alert.pk).update(kind=kind, about=about)
    answer = act(maya, alert, "close")
    assert (said(answer), alert.closed_at) == (["It closes by itself once that is decided."], None)
    page = browser_of(maya).get(reverse("staff:alert", args=[alert.pk]))
    assert (page.context["view"].may_act, page.context["view"].may_close) == (True, False)


def missing() -> Alert:
    """Stripe has not booked a payment."""
    make_catalogue()
    booking = make_paid_booking()
    about = f"payment:{booking.payments.get().pk}"
    raise_alert(AlertKind.MONEY_OPEN, about=about, summary="Not booked", booking=booking)
    return Alert.objects.get()


def about_of(row: PaymentAudit) -> str:
    return f"refund:{row.refund_key}" if row.refund_key else f"payment:{row.payment_key}"


def test_money_that_stripe_has_not_booked_is_closed_by_leads_with_a_reason(maya: StaffProfile):
    alert, tom = missing(), make_colleague(Role.MANAGER, "Tom Bellamy")
    answer = act(maya, alert, "close", why="It never came")
    assert (said(answer), alert.closed_at) == (
        ["A manager or an admin closes it, and says why."],
        None,
    )
    answer = act(tom, alert, "close", why=" ")
    assert (answer.status_code, answer.context["form"].errors, alert.closed_at) == (
        422,
        {"why": ["Say what became of the money"]},
        None,
    )
    act(tom, alert, "close", why="Stripe booked it by hand")
    row = PaymentAudit.objects.get(act=MoneyAct.EXPLAINED)
    assert (alert.closed_by, row.actor, about_of(row), row.detail) == (
        tom.user,
        tom.user,
        alert.about,
        {"why": "Stripe booked it by hand"},
    )


@pytest.mark.parametrize("form", ["refund:{}", "{}"])
def test_refund_that_is_told_of_is_closed_the_same_way(db: None, form: str):
    make_catalogue()
    refund = make_refund(make_paid_booking().payments.get(), 9500)
    raise_alert(AlertKind.MONEY_OPEN, about=form.format(refund.pk), summary="Money")
    act(make_colleague(Role.ADMIN), Alert.objects.get(), "close", why="The bank kept it")
    row = PaymentAudit.objects.get(act=MoneyAct.EXPLAINED)
    assert (about_of(row), row.amount_cents) == (f"refund:{refund.pk}", 9500)
    assert Alert.objects.get().closed_at is not None


def test_reason_is_asked_for_on_the_alerts_own_page_alone(maya: StaffProfile):
    alert, tom = missing(), make_colleague(Role.MANAGER, "Tom Bellamy")
    here = reverse("staff:alert", args=[alert.pk])
    page, text = browser_of(tom).get(here), "What became of the money"
    assert (page.context["view"].place_label, text in page.content.decode()) == (
        "Look at the payment",
        True,
    )
    assert text not in browser_of(maya).get(here).content.decode()
    booking = reverse("staff:booking", args=[alert.booking.number])  # type: ignore[union-attr]  # it has one
    assert f'href="{here}"' in browser_of(tom).get(booking).content.decode()
    assert alert_action(find_alerts()[0], tom) == ("Look into it", here)


def test_viewers_see_it_and_leave_it(alert: Alert):
    viewer = make_colleague(Role.VIEWER)
    page = browser_of(viewer).get(reverse("staff:alert", args=[alert.pk]))
    assert (page.status_code, page.context["view"].may_act) == (200, False)
    assert act(viewer, alert, "take").status_code == 403
    assert (alert.taken_by, AuditLog.objects.count()) == (None, 0)


def test_one_comes_back_to_where_one_was(alert: Alert, maya: StaffProfile):
    here = reverse("staff:alert", args=[alert.pk])
    booking = reverse("staff:booking", args=[alert.booking.number])  # type: ignore[union-attr]  # it has one
    assert act(maya, alert, "take", next=booking)["Location"] == booking
    assert act(maya, alert, "give_back")["Location"] == here
    assert act(maya, alert, "take", next="https://evil.example/")["Location"] == "/staff/"


def test_nonsense_does_nothing(alert: Alert, maya: StaffProfile):
    assert said(act(maya, alert, "burn")) == ["Choose what to do with it."]
    assert AuditLog.objects.count() == 0


def test_alert_without_a_booking_can_be_dealt_with_too(db: None, maya: StaffProfile):
    raise_alert(AlertKind.PROVIDER_DOWN, about="stripe", summary="Stripe does not answer")
    alert = Alert.objects.get()
    assert browser_of(maya).get(reverse("staff:alert", args=[alert.pk])).status_code == 200
    act(maya, alert, "close")
    row = AuditLog.objects.get()
    assert (row.object_type, row.object_id) == ("booking.alert", str(alert.pk))
