"""A victim who owns one of everything, somebody else, the staff, and a browser for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.db import transaction
from django.test import Client, RequestFactory

from accounts.bookings.receipt.issue import issue_receipt
from accounts.models import SavedAddress, User
from booking.models import (
    AccessToken,
    Alert,
    Booking,
    ChangeRequest,
    DiscountCode,
    OutboxMail,
    SurchargeRule,
)
from booking.services.confirm import confirm_booking
from booking.services.order import OrderAddress
from booking.services.status import lock_booking
from payments.links.tokens import new_hash, token_of
from payments.models import CardSetup, Payment, PaymentLink, SavedCard, StripeCustomer
from staff.identity.sessions import begin
from staff.models import StaffSignIn
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_catalogue,
    make_customer,
    make_dispute,
    make_draft,
    make_refund,
    make_staff,
)
from tests.factories.movements import add_movements
from tests.matrix.doors import Person
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.sessions import SessionStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
# Stands in what the owner typed, and may stand in nobody else's page.
SECRET = "Periwinkle"
NOBODY = UUID(int=1)


@dataclass(frozen=True)
class World:
    """Browsers by person, and the value of each key that an address may have."""

    browsers: Mapping[Person, Client]
    values: Mapping[str, str]


def make_world() -> World:
    """Call it within a transaction, at NOW."""
    make_catalogue()
    owner, other = _customer("owner@example.com", SECRET), _customer("other@example.com", "Olive")
    booking = _booking(owner, SECRET)
    _booking(other, "Olive")
    payment, link = _payment(booking, owner), _link(booking)
    draft = make_draft(customer=owner, typed={"who": {"contact_name": SECRET}}, reached=4)
    values = {
        "booking_id": str(booking.pk),
        "customer_id": str(owner.pk),
        "payment_id": str(payment.pk),
        "link_id": str(link.pk),
        "payment_links:open token": token_of(link),
        "draft_id": str(draft.pk),
        "address_id": str(owner.saved_addresses.get().pk),
        "card_id": str(owner.saved_cards.get().pk),
        "setup_id": str(owner.card_setups.get().pk),
        "refund_id": str(make_refund(payment, 100).pk),
        # After all that moved money: it is the one that asking again finds.
        "document_id": str(issue_receipt(booking.pk, by=SYSTEM, now=NOW).pk),
        "dispute_id": str(make_dispute(payment).pk),
        "movement_id": str(add_movements(1)[0].pk),
        "mail_id": str(_mail().pk),
        "request_id": str(booking.change_requests.get().pk),
        "alert_id": str(_alert(booking).pk),
        "booking:open_link token": AccessToken.issue(booking=booking),
        "booking:resume token": AccessToken.issue(draft=draft),
        "pk": str(_second_factors(owner).pk),
        # Of the staff, whom no customer gets to see.
        "factor_id": "1",
        "profile_id": str(NOBODY),
        "invitation_id": str(NOBODY),
        "filter_id": str(NOBODY),
        "number": str(booking.number),
        "day": "2026-12-05",
        "van_number": "1",
        "staff:open_invitation token": "A" * 43,
        "part": "surcharge-rules",
        "section": "trip",
        "row_id": str(SurchargeRule.objects.get(kind="weekend").pk),
        "staff:discount_code_change row_id": str(
            DiscountCode.objects.create(code="A", percent=1).pk
        ),
        "key": "wrong-key",
        "uidb36": "1",
        "app_label": "booking",
        "object_id": str(booking.pk),
        "content_type_id": "1",
        "url": "nowhere/",
    }
    browsers = {
        Person.ANONYMOUS: Client(),
        Person.LINK: _with_link(booking),
        Person.OTHER: _signed_in(other),
        Person.OWNER: _signed_in(owner),
    }
    for role in Role:
        browsers[Person(role.value)] = _staff_browser(role)
    return World(browsers=browsers, values=values)


def _customer(email: str, name: str) -> User:
    user = make_customer(email)
    user.name = f"{name} Ellery"
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    SavedAddress.objects.create(
        user=user, label=name, street="1 Elm Street", city="New York", state="NY", zip="10128"
    )
    SavedCard.objects.create(
        user=user,
        stripe_id=f"pm_{name}",
        brand="visa",
        last4="4242",
        exp_month=4,
        exp_year=2030,
        saved_at=NOW,
    )
    StripeCustomer.objects.create(
        user=user, account_key=user.pk, stripe_id=f"cus_{name}", idempotency_key=name, email=email
    )
    CardSetup.objects.create(
        user=user, status="complete", idempotency_key=name, session_expires_at=NOW
    )
    return user


def _booking(user: User, name: str) -> Booking:
    """Paid, for Saturday in two weeks, with a change asked for."""
    home = OrderAddress(street=f"1 {name} Street", city="New York", state="NY", zip="10128")
    made = make_booking(
        now=NOW,
        pickup_date=date(2026, 12, 5),
        customer_id=user.pk,
        contact_email=user.email,
        pickup=home,
        driver_notes=name,
    )
    with transaction.atomic():
        booking = lock_booking(made.pk)
        confirm_booking(booking, by=SYSTEM, now=NOW)
    ChangeRequest.objects.create(
        booking=booking,
        kind="reschedule",
        wanted_date=date(2026, 12, 8),
        wanted_time=time(9),
        note=name,
        asked_by_kind="customer",
        asked_by=user,
    )
    return booking


def _alert(booking: Booking) -> Alert:
    return Alert.objects.create(kind="surplus", about="x", summary=SECRET, booking=booking)


def _payment(booking: Booking, user: User) -> Payment:
    return Payment.objects.create(
        booking=booking,
        method=Payment.Method.STRIPE,
        purpose=Payment.Purpose.BOOKING,
        status=Payment.Status.SUCCEEDED,
        amount_cents=booking.total_cents,
        captured_cents=booking.total_cents,
        actor_kind="customer",
        actor=user,
        session_id="cs_test_1",
        intent_id="pi_1",
        idempotency_key="one",
        session_expires_at=NOW + timedelta(minutes=35),
        succeeded_at=NOW,
    )


def _link(booking: Booking) -> PaymentLink:
    """Asked for, and open until the pickup."""
    link = PaymentLink(
        booking=booking,
        position=1,
        amount_cents=5000,
        sent_to="owner@example.com",
        sent_at=NOW,
        expires_at=booking.pickup_at,
    )
    link.token_hash = new_hash(link)
    link.save()
    return link


def _mail() -> OutboxMail:
    return OutboxMail.objects.create(
        message_id="<1@totetaxi.example>",
        recipient="somebody@example.com",
        subject="Hello",
        text="Hello",
        html="<p>Hello</p>",
        calendar="BEGIN:VCALENDAR",
    )


def _second_factors(user: User) -> Authenticator:
    """An authenticator app, its recovery codes, and a passkey: the last one is answered."""
    secret = encrypt("JBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=user, type="totp", data={"secret": secret})
    codes = {"seed": encrypt("seed"), "used_mask": 0}
    Authenticator.objects.create(user=user, type="recovery_codes", data=codes)
    passkey: Authenticator = Authenticator.objects.create(
        user=user, type="webauthn", data={"name": SECRET, "credential": {}}
    )
    return passkey


def _staff_browser(role: Role) -> Client:
    """Somebody of the staff, signed in to the back office a moment ago."""
    user = make_staff(role)
    user.is_superuser = role is Role.ADMIN  # as `manage.py create_admin` makes the first one
    user.save()
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = user
    begin(request, user.staff_profile, method=StaffSignIn.Method.TOTP, now=NOW)
    request.session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key or ""
    return client


def _signed_in(user: User) -> Client:
    """A browser that signed in, and gave its password once more, a moment ago."""
    client = Client()
    client.force_login(user, backend="accounts.identity.backends.AccountBackend")
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": NOW.timestamp(), "reauthenticated": True}
    ]
    session.save()
    return client


def _with_link(booking: Booking) -> Client:
    client = Client()
    answer = client.get(f"/b/{AccessToken.issue(booking=booking)}/")
    assert answer.status_code == 303
    return client


def with_wrong_keys(world: World) -> World:
    """The same people with tokens that open nothing."""
    wrong = {key: "A" * 43 for key in world.values if key.endswith("token")}
    return replace(world, values={**world.values, **wrong})
