"""What is written about changes, to the letter."""

from datetime import UTC, date, datetime, time

import pytest

from booking.models import Booking, ChangeRequest, Message, MessageKind
from booking.notifications.letter import NotNeededError
from booking.notifications.messages import write_letter
from booking.notifications.render import render_mail
from tests.factories import make_booking

WAS = datetime(2026, 12, 3, 14, tzinfo=UTC)
FIGURES = {
    "revision": 0,
    "was": WAS.isoformat(),
    "difference_cents": 14925,
    "total_cents": 119425,
    "due_cents": 14925,
    "refund_cents": 0,
    "approves_itself": False,
}


def message(kind: MessageKind, booking: Booking, **context) -> Message:
    return Message.objects.create(
        kind=kind,
        key=f"test:{kind}",
        booking=booking,
        recipient="claire@example.com",
        context=context,
    )


def text_of(planned: Message, now: datetime) -> str:
    return render_mail(write_letter(planned, now=now)).text


def paragraphs(planned: Message, now: datetime) -> list[str]:
    """Each without its line breaks."""
    return [part.replace("\n", " ") for part in text_of(planned, now).split("\n\n")]


def request_of(booking: Booking, **facts) -> ChangeRequest:
    return ChangeRequest.objects.create(booking=booking, asked_by_kind="guest", **facts)


def test_moved_booking_says_what_is_now_and_what_was(confirmed_booking, now):
    planned = message(MessageKind.RESCHEDULED, confirmed_booking(), **FIGURES)
    letter = write_letter(planned, now=now)
    assert letter.subject.replace("\xa0", " ") == (
        f"We collect on another day: Saturday, December 5, {planned.booking.code}"
    )
    assert paragraphs(planned, now)[:4] == [
        "Your pickup has moved.",
        (
            "We collect on Saturday, December 5, from 9:00 AM, and set everything down in "
            "East Hampton the same day, by 6:00 PM. Until now it was Thursday, December 3, "
            "from 9:00 AM."
        ),
        "It costs $149.25 more: $1,194.25 in all. $149.25 is still to be paid.",
        "Go on to the payment: http://localhost:8000/b/private-link-0/",
    ]
    assert "SEQUENCE:0" in letter.calendar


def test_cheaper_booking_says_what_goes_back(confirmed_booking, now):
    figures = FIGURES | {"difference_cents": -9900, "due_cents": 0, "refund_cents": 9900}
    figures["approves_itself"] = True
    planned = message(MessageKind.RESCHEDULED, confirmed_booking(), **figures)
    assert paragraphs(planned, now)[2:4] == [
        (
            "It costs $99.00 less: $1,194.25 in all. $99.00 goes back to the card that paid; "
            "banks take five to ten days to show it."
        ),
        "See your booking: http://localhost:8000/b/private-link-0/",
    ]


def test_refund_that_waits_for_approval_is_not_promised_at_once(confirmed_booking, now):
    """However small it is: earlier ones may have used up what approves itself."""
    figures = FIGURES | {"difference_cents": -5000, "due_cents": 0, "refund_cents": 5000}
    planned = message(MessageKind.RESCHEDULED, confirmed_booking(), **figures)
    assert paragraphs(planned, now)[2] == (
        "It costs $50.00 less: $1,194.25 in all. "
        "$50.00 goes back to the card that paid, once our team has approved it."
    )


def test_pending_booking_that_moved_has_no_appointments_yet(catalogue, now):
    booking = make_booking(now=now)
    figures = FIGURES | {"was": booking.pickup_at.isoformat(), "difference_cents": 0}
    planned = message(MessageKind.RESCHEDULED, booking, **figures)
    letter = write_letter(planned, now=now)
    assert (letter.calendar, letter.context["moved"]) == ("", False)
    found = paragraphs(planned, now)
    assert found[0] == "Your booking is changed."
    assert found[2] == "The price stays $1,194.25. We keep your place until 10:40 AM."
    assert found[3].startswith("Go on to the payment:")


def test_letter_about_a_change_that_was_changed_again_is_not_needed(confirmed_booking, now):
    planned = message(MessageKind.RESCHEDULED, confirmed_booking(), **FIGURES | {"revision": 1})
    with pytest.raises(NotNeededError):
        write_letter(planned, now=now)


def test_cancelled_booking_says_what_goes_back_and_takes_the_appointments_out(
    confirmed_booking, cancel, now
):
    booking = confirmed_booking()
    cancel(booking)
    figures = {"refund_cents": 119425, "was_paid": True, "is_set": False}
    planned = message(MessageKind.CANCELLED, booking, **figures)
    found = paragraphs(planned, now)
    assert found[:3] == [
        "Your booking is cancelled.",
        "We do not collect on Saturday, December 5, and your place in the van is free again.",
        "$1,194.25 goes back to the card that paid; banks take five to ten days to show it.",
    ]
    assert "Certificate" not in text_of(planned, now)
    assert write_letter(planned, now=now).calendar.count("STATUS:CANCELLED") == 2


@pytest.mark.parametrize(
    ("was_paid", "is_set", "words"),
    [
        (True, False, "By the refund rules, nothing goes back."),
        (True, True, "Nothing goes back."),
        (False, False, "Nothing was charged."),
    ],
)
def test_cancelled_booking_without_a_refund_says_why(
    confirmed_booking, cancel, now, was_paid, is_set, words
):
    booking = confirmed_booking()
    cancel(booking)
    figures = {"refund_cents": 0, "was_paid": was_paid, "is_set": is_set}
    planned = message(MessageKind.CANCELLED, booking, **figures)
    assert paragraphs(planned, now)[2] == words
    assert bool(write_letter(planned, now=now).calendar) is was_paid


def test_cancellation_is_not_told_of_a_booking_that_stands(confirmed_booking, now):
    planned = message(MessageKind.CANCELLED, confirmed_booking(), refund_cents=0, was_paid=True)
    with pytest.raises(NotNeededError):
        write_letter(planned, now=now)


def test_question_is_repeated_with_its_price_and_what_stands(confirmed_booking, now):
    booking = confirmed_booking()
    asked = request_of(
        booking,
        kind="reschedule",
        wanted_date=date(2026, 12, 10),
        wanted_time=time(10),
        shown_cents=-14925,
        note="The building only lets movers in on weekdays.",
    )
    planned = message(MessageKind.CHANGE_ASKED, booking, request=str(asked.pk))
    found = paragraphs(planned, now)
    assert found[:3] == [
        "We have your request, Claire.",
        (
            "You asked us to collect on Thursday, December 10, from 10:00 AM. "
            "It would cost $149.25 less."
        ),
        (
            "We answer within a working day. Until then everything stays as booked: we collect on "
            "Saturday, December 5, from 9:00 AM."
        ),
    ]
    assert found[4] == "You wrote: The building only lets movers in on weekdays."


def test_question_about_the_end_says_what_would_go_back(confirmed_booking, now):
    booking = confirmed_booking()
    asked = request_of(booking, kind="cancel", shown_cents=0)
    planned = message(MessageKind.CHANGE_ASKED, booking, request=str(asked.pk))
    assert paragraphs(planned, now)[1] == (
        "You asked us to cancel your booking. By the refund rules, nothing would go back to you."
    )


def test_refusal_says_why_and_that_the_booking_stands(confirmed_booking, now):
    booking = confirmed_booking()
    asked = request_of(
        booking,
        kind="reschedule",
        wanted_date=date(2026, 12, 10),
        wanted_time=time(10),
        state="refused",
        decided_at=now,
        decided_by_kind="staff",
        answer="Both vans are in the workshop & stay there.",
    )
    planned = message(MessageKind.CHANGE_REFUSED, booking, request=str(asked.pk))
    assert paragraphs(planned, now)[:3] == [
        "Your booking stays as it was.",
        "We are sorry: we cannot move your pickup to Thursday, December 10, from 10:00 AM.",
        "Why: Both vans are in the workshop & stay there.",
    ]
    assert "workshop &amp; stay" in render_mail(write_letter(planned, now=now)).html


@pytest.mark.parametrize("kind", [MessageKind.CHANGE_ASKED, MessageKind.CHANGE_REFUSED])
def test_letter_about_a_withdrawn_question_is_not_needed(confirmed_booking, now, kind):
    booking = confirmed_booking()
    asked = request_of(
        booking, kind="cancel", state="withdrawn", decided_at=now, decided_by_kind="guest"
    )
    with pytest.raises(NotNeededError):
        write_letter(message(kind, booking, request=str(asked.pk)), now=now)
