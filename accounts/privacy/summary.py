"""What we hold, in a few plain sentences with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, kw_only=True)
class Held:
    """One kind of thing: what, how much of it, and what we need it for."""

    title: str
    figure: str
    purpose: str


def summary(counts: Mapping[str, int]) -> list[Held]:
    """The page's rows, from the counts of `export.count_held`."""
    return [
        Held(
            title=_("Account and profile"),
            figure=_addresses_to_write_to(counts["email_addresses"]),
            purpose=_("Your name, e-mail and phone, how you sign in, and which mails you want."),
        ),
        Held(
            title=_("Address book"),
            figure=_addresses(counts["saved_addresses"]),
            purpose=_("So that you need not type them again."),
        ),
        Held(
            title=_("Saved cards"),
            figure=_cards(counts["saved_cards"]),
            purpose=_("Stripe keeps the cards. We hold the brand and the last four digits."),
        ),
        Held(
            title=_("Bookings"),
            figure=f"{_bookings(counts['bookings'])}, {_drafts(counts['drafts'])}",
            purpose=_("What, when, from where to where, whom to call, and what became of it."),
        ),
        Held(
            title=_("Money"),
            figure=f"{_payments(counts['payments'])}, {_refunds(counts['refunds'])}",
            purpose=_("Sums and days, for you and for the tax office. Never a card number."),
        ),
        Held(
            title=_("Messages"),
            figure=_messages(counts["messages"]),
            purpose=_("What we wrote to you, to which address and when."),
        ),
    ]


def _addresses_to_write_to(n: int) -> str:
    return ngettext("%(n)d e-mail address", "%(n)d e-mail addresses", n) % {"n": n}


def _addresses(n: int) -> str:
    return ngettext("%(n)d address", "%(n)d addresses", n) % {"n": n}


def _cards(n: int) -> str:
    return ngettext("%(n)d card", "%(n)d cards", n) % {"n": n}


def _bookings(n: int) -> str:
    return ngettext("%(n)d booking", "%(n)d bookings", n) % {"n": n}


def _drafts(n: int) -> str:
    return ngettext("%(n)d unfinished", "%(n)d unfinished", n) % {"n": n}


def _payments(n: int) -> str:
    return ngettext("%(n)d payment", "%(n)d payments", n) % {"n": n}


def _refunds(n: int) -> str:
    return ngettext("%(n)d refund", "%(n)d refunds", n) % {"n": n}


def _messages(n: int) -> str:
    return ngettext("%(n)d message", "%(n)d messages", n) % {"n": n}
