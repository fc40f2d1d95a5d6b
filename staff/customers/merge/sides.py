"""The two records beside each other, as the page of merging shows them."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.bookings.money import BRANDS
from accounts.merging.plan import MergePlan
from accounts.models import User
from accounts.profile.services import find_profile
from booking.models import Booking
from booking.notifications.schedule import phone_words
from totetaxi.templatetags.formats import ny_date

MOST_CODES = 6


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One row: what stays with the kept record, what the other has, and what becomes of that."""

    label: str
    kept: str
    other: str
    outcome: str


def facts_of(plan: MergePlan) -> list[Fact]:
    """Who they are, and what moves. Five queries."""
    return [*_contact(plan), *_belongings(plan)]


def _contact(plan: MergePlan) -> list[Fact]:
    kept, phone = plan.kept, phone_words(find_profile(plan.kept).phone)
    if plan.other is not None:
        name, email = plan.other.name, plan.other.email
        other_phone, since = phone_words(find_profile(plan.other).phone), plan.other.date_joined
    else:
        newest = plan.bookings[-1]
        name, email = newest.guest_name, _emails(plan)
        other_phone, since = phone_words(newest.guest_phone), plan.bookings[0].created_at
    return [
        Fact(label=_("Name"), kept=kept.name, other=name, outcome=_filled(kept.name, name)),
        Fact(label=_("E-mail"), kept=kept.email, other=email, outcome=_of_email(plan)),
        Fact(label=_("Phone"), kept=phone, other=other_phone, outcome=_filled(phone, other_phone)),
        Fact(
            label=_("Since"),
            kept=ny_date(kept.date_joined, "brief"),
            other=ny_date(since, "brief"),
            outcome="",
        ),
        *([_sign_in(plan.kept, plan.other)] if plan.other else []),
    ]


def _emails(plan: MergePlan) -> str:
    """Each address of a guest's bookings, the latest first: another `+tag` may be somebody else."""
    found = (booking.guest_email for booking in reversed(plan.bookings))
    return ", ".join(dict.fromkeys(found))


def _filled(kept: str, other: str) -> str:
    if not other or kept == other:
        return ""
    return _("the first stays") if kept else _("taken over")


def _of_email(plan: MergePlan) -> str:
    if plan.further:
        return _("the first stays; the other opens the account too")
    if plan.other is not None:
        return _("the first stays; the other was never confirmed and is not kept")
    return _("mails go to the first from now on")


def _sign_in(kept: User, other: User) -> Fact:
    confirmed = set(
        EmailAddress.objects.filter(user__in=[kept, other], verified=True).values_list(
            "user_id", flat=True
        )
    )
    words = {True: _("e-mail confirmed"), False: _("e-mail never confirmed")}
    return Fact(
        label=_("Sign-in"),
        kept=words[kept.pk in confirmed],
        other=words[other.pk in confirmed],
        outcome=_("password and second factor of the first stay"),
    )


def _belongings(plan: MergePlan) -> list[Fact]:
    mine = Booking.objects.filter(customer=plan.kept).count()
    rows = [
        Fact(
            label=_("Bookings"),
            kept=str(mine),
            other=_numbers(plan),
            outcome=_("move") if plan.bookings else "",
        )
    ]
    if plan.other is None:
        return rows + _requests(plan)
    addresses = len(plan.addresses) + plan.doubles
    rows += [
        Fact(
            label=_("Addresses"),
            kept=str(plan.kept.saved_addresses.count()),
            other=str(addresses),
            outcome=_of_addresses(plan) if addresses else "",
        ),
        Fact(
            label=_("Saved cards"),
            kept=str(plan.kept.saved_cards.count()),
            other=", ".join(
                f"{BRANDS.get(card.brand, card.brand)} {card.last4}" for card in plan.cards
            )
            or "0",
            outcome=_("forgotten: Stripe cannot move a card; they add it again when they pay")
            if plan.cards
            else "",
        ),
        Fact(label=_("Unfinished"), kept="", other=str(plan.drafts), outcome=_moves(plan.drafts)),
        Fact(label=_("Notes"), kept="", other=str(plan.notes), outcome=_moves(plan.notes)),
    ]
    return rows + _requests(plan)


def _requests(plan: MergePlan) -> list[Fact]:
    asked = str(plan.requests)
    label = _("Requests for a change")
    return [Fact(label=label, kept="", other=asked, outcome=_moves(plan.requests))]


def _numbers(plan: MergePlan) -> str:
    """`3: TT-000415, TT-000416, TT-000417`; of many, the latest."""
    codes = [booking.code for booking in reversed(plan.bookings) if booking.deleted_at is None]
    if not codes:
        return "0"
    words = f"{len(codes)}: {', '.join(codes[:MOST_CODES])}"
    return words if len(codes) <= MOST_CODES else _("%(codes)s and others") % {"codes": words}


def _moves(count: int) -> str:
    return _("move") if count else ""


def _of_addresses(plan: MergePlan) -> str:
    words = []
    if plan.addresses:
        renamed = [moved for moved in plan.addresses if moved.label != moved.address.label]
        words.append(_("move"))
        words += [f"{moved.address.label} → {moved.label}" for moved in renamed]
    if plan.doubles:
        words.append(
            ngettext("%(n)d is there already", "%(n)d are there already", plan.doubles)
            % {"n": plan.doubles}
        )
    return ", ".join(words)
