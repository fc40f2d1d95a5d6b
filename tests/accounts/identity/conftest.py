"""People who sign up and in by the pages alone, and the mails that they get."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from accounts.models import User
from booking.models import Message, OutboxMail
from booking.notifications.send import send_planned
from tests.factories import make_customer
from totetaxi.lib import clock

PASSWORD = "correct horse battery"
LINK = re.compile(r"https?://[^/\s]+(/\S+)")


@pytest.fixture(autouse=True)
def _mail_is_kept(settings, db):
    settings.EMAIL_BACKEND = "booking.notifications.outbox.OutboxBackend"


class Post:
    """The mailbox of everybody."""

    def deliver(self) -> None:
        """Send what is planned, in the order in which it was planned."""
        planned = Message.objects.filter(state=Message.Progress.PLANNED)
        for message in planned.order_by("created_at"):
            send_planned(str(message.pk), now=clock.now())

    def to(self, email: str) -> list[OutboxMail]:
        """The mails of an address, the oldest first."""
        self.deliver()
        return list(OutboxMail.objects.filter(recipient=email).order_by("id"))

    def subjects(self, email: str) -> list[str]:
        return [mail.subject for mail in self.to(email)]

    def link(self, email: str) -> str:
        """The path of the newest mail's first link."""
        return LINK.findall(self.to(email)[-1].text)[0]

    def code(self, email: str) -> str:
        """The six digits of the newest mail."""
        return re.findall(r"^\d{6}$", self.to(email)[-1].text, re.MULTILINE)[0]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def new_client():
    """Further browsers."""
    return Client


@pytest.fixture
def member(db):
    """A customer with a confirmed address, who has signed in before."""

    def make(email: str = "", password: str = PASSWORD) -> User:
        user = make_customer(email)
        user.set_password(password)
        if not password:
            user.set_unusable_password()
        user.last_login = clock.now()
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


def sign_up(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(reverse("account_signup"), {"email": email, "password1": password} | more)


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(reverse("account_login"), {"login": email, "password": password} | more)


def signed_in(client: Client) -> User | None:
    """Who is signed in in this browser, found out by opening a page."""
    key = client.get(reverse("accounts:profile")).wsgi_request.user
    return key if key.is_authenticated else None


def code_of(secret: str) -> str:
    """The code that an app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
