"""What people type stays words, in every mail; and no mail holds what it must not."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail

from booking.models import AccessToken, Booking, Message, MessageKind
from booking.notifications.send import send_planned
from tests.booking.notifications.hostile import CANARY, SILENT, prepare
from tests.factories import make_booking


@pytest.fixture(autouse=True)
def mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def canary_booking(catalogue, now) -> Booking:
    """A booking whose every typed field is hostile."""
    booking = make_booking(now=now, coi=True)
    Booking.objects.filter(pk=booking.pk).update(
        guest_name=CANARY,
        title=CANARY,
        driver_notes=CANARY,
        coi_wording=CANARY,
        other_contact_name=CANARY,
        other_contact_phone=CANARY[:20],
    )
    booking.addresses.update(
        street=CANARY, unit=CANARY[:40], city=CANARY, area=CANARY, access_notes=CANARY
    )
    booking.lines.update(label=CANARY, reason=CANARY)
    booking.refresh_from_db()
    return booking


class Tags(HTMLParser):
    """The tags of a page, the names of all attributes, and what is loaded."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.sources: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)
        self.sources.update(value for name, value in attrs if name == "src")


@pytest.mark.parametrize("kind", list(MessageKind))
def test_typed_words_stay_words(canary_booking, now, kind):
    recipient, context = prepare(kind, canary_booking, now)
    message = Message.objects.create(
        kind=kind,
        key=f"canary:{kind}",
        booking=canary_booking,
        recipient=recipient,
        context=context,
    )
    Message.objects.filter(pk=message.pk).update(created_at=now)  # a code soon ends
    assert send_planned(str(message.pk), now=now) is True
    (sent,) = mail.outbox
    html = str(sent.alternatives[0].content)
    found = Tags(html)
    assert found.tags & {"script", "iframe", "form", "object"} == set()
    assert {name for name in found.attributes if name.startswith("on")} == set()
    assert {source.split("/static/")[0] for source in found.sources} == {"http://localhost:8000"}
    typed = kind not in SILENT
    assert (html.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 0) is typed
    assert (sent.body.count("<script>alert(1)</script>") > 0) is typed


def test_stored_bodies_keep_a_placeholder_in_the_tokens_place(confirmation, now):
    send_planned(str(confirmation.pk), now=now)
    (sent,) = mail.outbox
    (token,) = set(re.findall(r"/b/([\w-]{43})/", sent.body))
    assert AccessToken.find(token).booking == confirmation.booking
    confirmation.refresh_from_db()
    for stored, real in (
        (confirmation.text, sent.body),
        (confirmation.html, str(sent.alternatives[0].content)),
    ):
        assert real.count(token) == 1
        assert stored == real.replace(token, "private-link-0")


def test_no_token_is_found_in_any_column_of_the_message(confirmation, now):
    send_planned(str(confirmation.pk), now=now)
    token = re.findall(r"/b/([\w-]{43})/", mail.outbox[0].body)[0]
    row = Message.objects.filter(pk=confirmation.pk).values().get()
    assert [name for name, value in row.items() if token in str(value)] == []


def test_links_come_from_the_setting(confirmation, now, settings):
    settings.SITE_URL = "https://totetaxi.example"
    send_planned(str(confirmation.pk), now=now)
    html = str(mail.outbox[0].alternatives[0].content)
    addresses = re.findall(r'(?:href|src)="(https?://[^"]+)"|url\("(https?://[^"]+)"\)', html)
    hosts = {re.split(r"/+", first or second)[1] for first, second in addresses}
    assert hosts == {"totetaxi.example"}


def test_message_id_tells_nothing_about_the_row(confirmation, now):
    send_planned(str(confirmation.pk), now=now)
    header = mail.outbox[0].message()["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{32}@totetaxi\.example>", header)
    assert confirmation.pk.hex not in header
