"""Finding a booking again: the same answer for everybody, the link only to its own address."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Message, MessageKind, OutboxMail
from booking.tracking.find import FROM_ONE_SENDER, TO_ONE_ADDRESS, FindForm
from totetaxi.lib import queue

ANSWER = reverse("booking:find_sent")


def ask(client, email, number="", **options):
    return client.post(reverse("booking:find"), {"email": email, "number": number}, **options)


@pytest.fixture(autouse=True)
def backend(settings):
    settings.EMAIL_BACKEND = "booking.notifications.outbox.OutboxBackend"


def test_link_arrives_at_the_bookings_address(client, book):
    booking = book()
    Message.objects.all().delete()
    assert ask(client, "Claire@Example.com", booking.code)["Location"] == ANSWER
    queue.run_pending()
    mail = OutboxMail.objects.get()
    assert (mail.recipient, mail.subject) == (
        "claire@example.com",
        f"Your link to {booking.code}",
    )


@pytest.mark.parametrize(
    ("email", "number"),
    [
        ("claire@example.com", "999999"),
        ("other@example.com", ""),
        ("other@example.com", "TT-000001"),
    ],
)
def test_nothing_arrives_where_nothing_fits(client, book, email, number):
    book()
    Message.objects.all().delete()
    ask(client, email, number)
    queue.run_pending()
    assert Message.objects.get().state == "dropped"
    assert OutboxMail.objects.count() == 0


def test_answer_and_work_are_the_same_whether_a_booking_exists(client, book):
    """The queries are compared too: what takes the same work takes the same time."""
    booking = book()
    asked = [
        ("claire@example.com", booking.code),
        ("claire@example.com", "TT-999999"),
        ("nobody@example.com", booking.code),
        ("nobody@example.com", ""),
    ]
    answers, work = set(), set()
    for email, number in asked:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, email, number)
        answers.add((answer.status_code, answer["Location"], answer.content))
        work.add(
            tuple(query["sql"].split(" ")[0] for query in queries if "django_q" not in query["sql"])
        )
    assert answers == {(303, ANSWER, b"")}
    assert len(work) == 1


def test_sent_page_promises_nothing(client):
    page = client.get(ANSWER).content.decode()
    assert page.count("If we have a booking with this address") == 1


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("TT-000415", 415),
        ("tt 415", 415),
        (" 415 ", 415),
        ("TT000415", 415),
        ("", None),
    ],
)
def test_number_is_read_however_it_is_written(typed, number):
    form = FindForm({"email": "claire@example.com", "number": typed})
    assert form.is_valid()
    assert form.cleaned_data["number"] == number


@pytest.mark.parametrize("typed", ["TT-", "4x", "१२", "9" * 19, "1e9", "TT-1\x002"])
def test_number_that_cannot_be_read_is_refused_at_its_field(client, typed):
    answer = ask(client, "claire@example.com", typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["number"]
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "email",
    ["", "nobody", "a@example.com\nBcc: b@example.com", '"x" <a@example.com>, b@example.com'],
)
def test_address_that_is_none_is_refused_at_its_field(client, email):
    answer = ask(client, email)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["email"]
    assert Message.objects.count() == 0


def test_asking_for_one_address_is_limited(client):
    for _time in range(TO_ONE_ADDRESS.times):
        assert ask(client, "claire@example.com").status_code == 303
    assert ask(client, "CLAIRE@example.com").status_code == 429
    assert ask(client, "rosa@example.com").status_code == 303
    assert Message.objects.count() == TO_ONE_ADDRESS.times + 1


def test_asking_from_one_sender_is_limited(client):
    for number in range(FROM_ONE_SENDER.times):
        assert ask(client, f"a{number}@example.com").status_code == 303
    refused = ask(client, "another@example.com")
    assert refused.status_code == 429
    assert refused.content.decode().count("One moment, please.") == 1
    assert ask(client, "another@example.com", REMOTE_ADDR="203.0.113.9").status_code == 303


def test_page_is_a_plain_form(client):
    page = client.get(reverse("booking:find")).content.decode()
    assert page.count('<form method="post" action="/find/"') == 1


def test_each_question_is_a_message_of_its_own(client):
    ask(client, "claire@example.com")
    ask(client, "claire@example.com")
    kinds = Message.objects.values_list("kind", flat=True)
    assert list(kinds) == [MessageKind.BOOKING_LINK] * 2
