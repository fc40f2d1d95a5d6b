"""From an invitation to an account."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from booking.models import Message
from booking.notifications.send import send_planned
from staff.models import AuditLog, Invitation, StaffProfile
from staff.people.mails import token_of
from staff.permissions import Role
from tests.factories import make_colleague, make_customer, sign_in_staff
from totetaxi.lib import clock

pytestmark = pytest.mark.django_db
INVITE = "/staff/people/invite/"
ACCEPT = "/staff/invitation/"
NEW = "nina@totetaxi.example"
GOOD = {"name": "Nina Okoye", "password": "lighthouse over montauk"}


@pytest.fixture(autouse=True)
def _no_limits_of_others(db):
    cache.clear()


@pytest.fixture
def ada(client: Client) -> StaffProfile:
    """An admin, signed in."""
    ada = make_colleague(Role.ADMIN, "Ada Whitlock")
    sign_in_staff(client, ada)
    return ada


def invite(client: Client, email: str = NEW, role: str = "support") -> Invitation:
    assert client.post(INVITE, {"email": email, "role": role}).status_code == 303
    return Invitation.objects.get(email=email.lower(), withdrawn_at=None)


def link_of(invitation: Invitation) -> str:
    return reverse("staff:open_invitation", args=[token_of(invitation)])


def test_an_invitation_goes_out_by_mail_and_its_link_is_nowhere_stored(client, ada, mailoutbox):
    invitation = invite(client, NEW.upper())
    assert (invitation.email, invitation.role, invitation.invited_by) == (NEW, "support", ada)
    message = Message.objects.get()
    assert send_planned(str(message.pk), now=clock.now()) is True
    (mail,) = mailoutbox
    html = mail.alternatives[0].content
    assert mail.to == [NEW]
    assert (link_of(invitation) in mail.body, link_of(invitation) in html) == (True, True)
    message.refresh_from_db()
    token = token_of(invitation)
    stored = f"{message.text}{message.html}{message.context}{invitation.token_hash}"
    assert token not in stored


def test_accepting_makes_the_account_and_ends_the_link(client, ada):
    invitation = invite(client)
    newcomer = Client()
    answer = newcomer.get(link_of(invitation))
    assert (answer.status_code, answer["Location"]) == (303, ACCEPT)
    assert newcomer.get(ACCEPT).status_code == 200
    answer = newcomer.post(ACCEPT, GOOD | {"role": "admin", "email": "evil@example.com"})
    assert (answer.status_code, answer["Location"]) == (303, "/staff/login/")
    profile = StaffProfile.objects.get(user__email=NEW)
    user = profile.user
    assert (profile.role, user.name, user.is_staff, user.is_superuser) == (
        "support",
        "Nina Okoye",
        True,
        False,
    )
    assert user.check_password(GOOD["password"])
    assert Client().get(link_of(invitation)).status_code == 404
    row = AuditLog.objects.first()
    assert (row.actor, row.action, row.object_label, row.after) == (
        profile,
        "accepted_invitation",
        NEW,
        {"role": "support"},
    )


def test_accepting_wants_a_name_and_a_good_password(client, ada):
    newcomer = Client()
    newcomer.get(link_of(invite(client)))
    answer = newcomer.post(ACCEPT, {"name": " ", "password": "nina@totetaxi"})
    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == ["name", "password"]
    assert not User.objects.filter(email=NEW).exists()


def test_a_link_is_good_for_seven_days(client, ada):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        invitation = invite(client)
        newcomer = Client()
        newcomer.get(link_of(invitation))
        traveller.shift(timedelta(days=7))
        assert Client().get(link_of(invitation)).status_code == 404
        assert newcomer.post(ACCEPT, GOOD).status_code == 404
    assert not User.objects.filter(email=NEW).exists()


def test_sending_again_ends_the_link_before(client, ada):
    first = invite(client)
    answer = client.post(reverse("staff:resend_invitation", args=[first.pk]))
    assert answer["Location"] == "/staff/people/"
    again = Invitation.objects.get()
    assert (again.round, Message.objects.count()) == (2, 2)
    codes = [Client().get(link_of(each)).status_code for each in (first, again)]
    assert codes == [404, 303]


def test_a_withdrawn_invitation_opens_nothing(client, ada):
    invitation = invite(client)
    client.post(reverse("staff:withdraw_invitation", args=[invitation.pk]))
    assert Client().get(link_of(invitation)).status_code == 404
    client.post(reverse("staff:resend_invitation", args=[invitation.pk]))
    assert Message.objects.count() == 1
    actions = AuditLog.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["invited", "withdrew_invitation"]


def test_inviting_anew_ends_the_invitation_before(client, ada):
    first = invite(client)
    second = invite(client, role="manager")
    assert Client().get(link_of(first)).status_code == 404
    assert Client().get(link_of(second)).status_code == 303


@pytest.mark.parametrize("whose", ["customer", "staff"])
def test_an_address_with_an_account_is_not_invited(client, ada, whose):
    known = make_customer() if whose == "customer" else make_colleague().user
    answer = client.post(INVITE, {"email": known.email, "role": "support"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["email"])
    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)


def test_an_address_that_became_a_customers_in_between_is_not_taken(client, ada):
    invitation = invite(client)
    newcomer = Client()
    newcomer.get(link_of(invitation))
    make_customer(NEW)
    assert newcomer.post(ACCEPT, GOOD).status_code == 404
    assert User.objects.get(email=NEW).is_staff is False


def test_links_are_not_tried_without_end(client):
    with time_machine.travel("2026-12-01T15:01:00Z", tick=False):
        codes = [client.get(f"{ACCEPT}guess{number}/").status_code for number in range(21)]
    assert codes == [404] * 20 + [429]


def test_only_one_open_invitation_for_an_address(client, ada):
    invitation = invite(client)
    invitation.pk, invitation.token_hash = None, "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        invitation.save(force_insert=True)


def test_the_page_to_accept_needs_a_link():
    assert Client().get(ACCEPT).status_code == 404
