"""What each kind of message says, and when it is not needed any more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from booking.models import AccessToken, Booking, Message, MessageKind
from booking.notifications.messages import WRITERS, NotNeededError, write_letter
from booking.notifications.render import render_mail
from booking.notifications.send import build_email
from booking.services.confirm import confirm_booking
from booking.services.status import lock_booking
from tests.factories import make_booking, make_customer, make_draft
from totetaxi.lib.actor import SYSTEM

NUMBER = "TT-{:06d}"


@pytest.fixture
def plan(now):
    """An unsent message of a kind."""

    def plan(kind, booking=None, recipient="claire@example.com", **context) -> Message:
        return Message.objects.create(
            kind=kind, key=f"test:{kind}", booking=booking, recipient=recipient, context=context
        )

    return plan


@pytest.fixture
def pending(catalogue, now):
    return make_booking(now=now)


def text_of(message: Message, now: datetime) -> str:
    return render_mail(write_letter(message, now=now)).text


def test_every_kind_has_its_writer_and_templates():
    assert set(WRITERS) == set(MessageKind)


def test_confirmation_says_all_that_a_guest_needs(confirmed_booking, plan, now):
    booking = confirmed_booking(
        contact_email="claire@example.com",
        other_contact_name="Rosa Ellery",
        other_contact_phone="+19175550139",
    )
    message = plan(MessageKind.CONFIRMED, booking)
    assert (
        text_of(message, now)
        == f"""\
It is booked, Claire.

We collect on Saturday, December 5, from 9:00 AM, and set everything
down in East Hampton the same day, by 6:00 PM.

See your booking:
http://localhost:8000/b/private-link-0/

From
118 East 93rd Street, 6B
New York, NY 10128

To
27 Pondview Lane
East Hampton, NY 11937

What
Mini Move Petite, 10 items

Building
Certificate of insurance included. It is on file by Friday, December 4,
9:00 AM.

What happens next

By Friday, December 4:
We issue the certificate of insurance, made out to your building.

Saturday, December 5, 9:00 AM to 10:00 AM:
We collect at 118 East 93rd Street, 6B. Your driver calls Rosa Ellery on
(917) 555-0139 on the way.

The same day, by 6:00 PM:
We set everything down at 27 Pondview Lane, East Hampton.

What you paid

Mini Move Petite                                                 $995.00
  10 of 15 items
Weekend                                                          $149.25
  15% on Saturday and Sunday
Certificate of insurance                                          $50.00
  Asked for
Total, paid                                                    $1,194.25

If plans change. Change or cancel without charge until Thursday,
December 3, at 9:00 AM. After that, half of the price is kept.

The link above is your private way in: whoever has it sees your booking.
The calendar file with this e-mail holds the pickup and the delivery.

Questions? Reply to this e-mail or call (212) 555-0148.

--
ToteTaxi, New York and the Hamptons
You receive this because you booked {booking.code}.
"""
    )


def test_confirmation_of_a_free_booking_speaks_of_nothing_to_pay(confirmed_booking, plan, now):
    booking = confirmed_booking()
    Booking.objects.filter(pk=booking.pk).update(total_cents=0)
    text = text_of(plan(MessageKind.CONFIRMED, booking), now)
    assert text.count("Total, nothing to pay") == 1
    assert text.count("paid") == 0


def test_confirmation_without_other_contact_names_the_person_who_booked(
    confirmed_booking, plan, now
):
    text = " ".join(text_of(plan(MessageKind.CONFIRMED, confirmed_booking()), now).split())
    assert text.count("Your driver calls Claire Ellery on (212) 555-0171 on the way.") == 1


def test_confirmation_for_an_account_goes_by_its_own_contact(catalogue, plan, now):
    user = make_customer("ann@example.com")
    booking = make_booking(now=now, customer_id=user.pk, contact_email=user.email)
    with transaction.atomic():
        confirm_booking(lock_booking(booking.pk), by=SYSTEM, now=now)
    letter = write_letter(Message.objects.get(kind=MessageKind.CONFIRMED), now=now)
    assert letter.recipient == "ann@example.com"
    assert letter.context["first_name"] == "Claire"


@pytest.mark.parametrize("kind", [MessageKind.CONFIRMED, MessageKind.PAYMENT_FAILED])
def test_message_overtaken_by_the_booking_is_not_needed(
    confirmed_booking, pending, plan, now, kind
):
    overtaken = pending if kind is MessageKind.CONFIRMED else confirmed_booking()
    with pytest.raises(NotNeededError):
        write_letter(plan(kind, overtaken), now=now)


def test_message_of_a_deleted_booking_is_not_needed(confirmed_booking, plan, now):
    booking = confirmed_booking()
    Booking.objects.filter(pk=booking.pk).update(deleted_at=now)
    with pytest.raises(NotNeededError):
        write_letter(plan(MessageKind.CONFIRMED, booking), now=now)


def test_request_says_that_nothing_was_charged_and_until_when_the_van_waits(catalogue, plan, now):
    booking = make_booking(now=now, package="full", packing=True, unpacking=True, items=80)
    message = Message.objects.get(booking=booking)
    assert message.kind == MessageKind.REQUEST_RECEIVED
    text = " ".join(text_of(message, now).split())
    assert text.count("nothing has been charged") == 1
    assert text.count("until Wednesday, November 25, 10:00 AM.") == 1


def test_failed_payment_leads_back_to_the_payment_while_the_room_is_kept(pending, plan, now):
    letter = write_letter(plan(MessageKind.PAYMENT_FAILED, pending), now=now)
    text = render_mail(letter).text
    assert letter.opens == (pending,)
    assert " ".join(text.split()).count("until 10:40 AM. Finish the payment:") == 1


def test_failed_payment_leads_to_the_draft_once_the_room_is_gone(catalogue, plan, now, cancel):
    draft = make_draft()
    booking = make_booking(now=now, draft_id=draft.pk)
    cancel(booking, "expired")
    letter = write_letter(plan(MessageKind.PAYMENT_FAILED, booking), now=now)
    assert letter.opens == (draft,)
    assert (
        render_mail(letter).text.count(
            "Go on with your booking:\nhttp://localhost:8000/book/resume/private-link-0/\n"
        )
        == 1
    )


def test_failed_payment_without_a_draft_leads_to_the_start(pending, plan, now, cancel):
    cancel(pending, "expired")
    letter = write_letter(plan(MessageKind.PAYMENT_FAILED, pending), now=now)
    assert letter.opens == ()
    assert render_mail(letter).text.count("Book again:\nhttp://localhost:8000/book/\n") == 1


def test_late_refund_names_the_sum(pending, plan, now, cancel):
    cancel(pending, "expired")
    text = text_of(plan(MessageKind.LATE_REFUND, pending, amount_cents=119_425), now)
    assert text.count("Your payment of $1,194.25 reached us") == 1


def test_resume_link_opens_the_draft(db, plan, now):
    draft = make_draft()
    message = plan(MessageKind.RESUME_LINK, draft=str(draft.pk))
    letter = write_letter(message, now=now)
    email = build_email(message, letter, render_mail(letter))
    token = email.body.split("/book/resume/")[1].split("/")[0]
    assert AccessToken.find(token).draft == draft


def test_resume_link_of_a_pruned_draft_is_not_needed(db, plan, now):
    draft = make_draft()
    message = plan(MessageKind.RESUME_LINK, draft=str(draft.pk))
    draft.delete()
    with pytest.raises(NotNeededError):
        write_letter(message, now=now)


def test_staff_alert_leads_to_the_page_that_deals_with_it(db, plan, now):
    text = text_of(plan(MessageKind.STAFF_ALERT, summary="Work is late.", path="/admin/"), now)
    assert text.split("\n\n")[:3] == [
        "Somebody is needed.",
        "Work is late.",
        "http://localhost:8000/admin/",
    ]


class TestBookingLink:
    """Links that somebody asked for go to the booking's own address, and there alone."""

    def ask(self, plan, now, recipient, number=None):
        return write_letter(
            plan(MessageKind.BOOKING_LINK, recipient=recipient, number=number), now=now
        )

    def test_number_and_address_open_that_booking(self, pending, plan, now):
        letter = self.ask(plan, now, pending.guest_email.upper(), pending.number)
        assert (letter.opens, letter.recipient) == ((pending,), pending.guest_email)
        assert letter.subject == f"Your link to {pending.code}"

    def test_address_alone_opens_the_newest_bookings(self, catalogue, plan, now):
        email = "many@example.com"
        made = [
            make_booking(
                now=now, contact_email=email, pickup_date=(now + timedelta(days=3 + i)).date()
            )
            for i in range(7)
        ]
        letter = self.ask(plan, now, email)
        assert list(letter.opens) == made[::-1][:5]
        assert letter.subject == "Your links to your bookings"

    def test_accounts_booking_is_found_by_the_address_that_it_has_now(self, catalogue, plan, now):
        user = make_customer("claire@example.com")
        booking = make_booking(now=now, customer_id=user.pk, contact_email=user.email)
        user.email = "hart@example.com"
        user.save()
        letter = self.ask(plan, now, "Hart@example.com")
        assert (letter.opens, letter.recipient) == ((booking,), "hart@example.com")
        Message.objects.all().delete()
        with pytest.raises(NotNeededError):
            self.ask(plan, now, "claire@example.com")

    def test_each_link_of_a_mail_has_its_own_token(self, catalogue, plan, now):
        email = "two@example.com"
        made = [
            make_booking(
                now=now, contact_email=email, pickup_date=(now + timedelta(days=3 + i)).date()
            )
            for i in range(2)
        ]
        message = plan(MessageKind.BOOKING_LINK, recipient=email, number=None)
        letter = write_letter(message, now=now)
        body = build_email(message, letter, render_mail(letter)).body
        tokens = [part.split("/")[0] for part in body.split("/b/")[1:]]
        assert [AccessToken.find(token).booking for token in tokens] == made[::-1]

    def test_long_past_booking_is_found_by_its_number_alone(self, pending, plan, now):
        later = now + timedelta(days=60)
        with pytest.raises(NotNeededError):
            self.ask(plan, later, pending.guest_email)
        Message.objects.all().delete()
        assert self.ask(plan, later, pending.guest_email, pending.number).opens == (pending,)

    @pytest.mark.parametrize(
        "typed", ["other@example.com", "claire+trap@evil.example", "{}@evil.example", "+x{}"]
    )
    def test_other_address_opens_nothing(self, pending, plan, now, typed):
        with pytest.raises(NotNeededError):
            self.ask(plan, now, typed.format(pending.guest_email), pending.number)

    def test_tag_variant_of_the_address_opens_nothing(self, pending, plan, now):
        local, _at, domain = pending.guest_email.partition("@")
        with pytest.raises(NotNeededError):
            self.ask(plan, now, f"{local}+other@{domain}", pending.number)


def test_link_that_was_revoked_is_replaced_at_the_next_try(confirmation, now):
    letter = write_letter(confirmation, now=now)
    mail = render_mail(letter)
    first = build_email(confirmation, letter, mail).body
    AccessToken.objects.update(revoked_at=datetime(2026, 11, 22, tzinfo=UTC))
    second = build_email(confirmation, letter, mail).body
    token = second.split("/b/")[1].split("/")[0]
    assert first != second
    assert AccessToken.find(token).booking == confirmation.booking
