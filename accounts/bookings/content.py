"""Everything that a booking's page says. No request, no HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from accounts.bookings.again import may_reorder
from accounts.bookings.changes.asked import RequestWords, request_words
from accounts.bookings.money import MoneyWords, money_words
from accounts.bookings.own import open_request
from booking.changes import CustomerMay, customer_may
from booking.models import Booking, Document, Message
from booking.tracking.page import BookingPage, booking_page


@dataclass(frozen=True, kw_only=True)
class BookingContent:
    """What the template shows. `letters` are the mails that were sent, newest first; `documents`
    the newest file of each kind.
    """

    page: BookingPage
    money: MoneyWords
    may: CustomerMay
    may_reorder: bool
    request: RequestWords | None
    letters: list[Message]
    documents: list[Document]
    mail_to: str


def booking_content(booking: Booking, now: datetime) -> BookingContent:
    """Read a booking from `own.get_whole_booking` as of `now`. Three queries."""
    money = money_words(booking, now)
    return BookingContent(
        page=booking_page(booking, now, money.story),
        money=money,
        may=customer_may(booking, open_request(booking), now, due_cents=money.state.to_pay_cents),
        may_reorder=may_reorder(booking),
        request=request_words(booking),
        letters=list(booking.messages.all()),
        documents=_newest_documents(booking),
        mail_to=_mail_to(booking),
    )


def _newest_documents(booking: Booking) -> list[Document]:
    """Of each number its latest revision: the ones before it are not right any more."""
    newest: dict[str, Document] = {}
    for document in booking.documents.all():
        newest.setdefault(document.kind, document)
    return list(newest.values())


def _mail_to(booking: Booking) -> str:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"mailto:{address}?subject={booking.code}"
