"""Two records of one person become one: all of it in one transaction, or nothing.

Bookings, saved addresses, drafts and notes move to the account that is kept; messages, money and
requests follow their bookings. Cards do not: Stripe keeps a card for one customer of ours and
moves it to no other, so the queue has Stripe forget those of the account that goes. The e-mails
which that account had confirmed open the kept one from then on.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.identity.mails import plan_merged
from accounts.merging.plan import MergePlan, Source, plan_merge
from accounts.models import CustomerProfile, SavedAddress, User
from accounts.profile.services import find_profile, profile_of
from booking.models import Booking, DiscountRedemption, Draft, Note
from booking.services.person import ERASED_DOMAIN, email_key, person_key
from booking.services.search_text import refresh_search
from payments.models import Payment
from payments.services.customers import forget_customer
from payments.services.withdraw import withdraw_payment
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried

logger = logging.getLogger("accounts")


class MergeRefusedError(Exception):
    """The records cannot be merged; `refusals` are sentences that say why."""

    def __init__(self, refusals: tuple[str, ...]) -> None:
        self.refusals = refusals
        super().__init__(" ".join(refusals))


class MergeOutdatedError(Exception):
    """Something changed since the person looked: `plan` is what merging would do now."""

    def __init__(self, plan: MergePlan) -> None:
        self.plan = plan
        super().__init__("the records are not as they were shown")


@retried
def merge_records(
    kept_id: UUID, source: Source, *, expected: str, by: Actor, now: datetime
) -> MergePlan:
    """Merge another record into an account, if that does just what was shown.

    `expected` is the fingerprint of the plan that the person confirmed. Makes no outside call.

    Raises MergeRefusedError, MergeOutdatedError, User.DoesNotExist.
    """
    with transaction.atomic():
        kept = _lock(kept_id, source)
        plan = plan_merge(kept, source)
        if plan.refusals:
            raise MergeRefusedError(plan.refusals)
        if plan.fingerprint != expected:
            raise MergeOutdatedError(plan)
        _fill_contact(plan)
        _move_bookings(plan, now=now)
        if plan.other is not None:
            _move_belongings(plan)
            _close(plan, plan.other, now=now)
    logger.info("customers_merged kept=%s gone=%s by=%s", kept_id, source.account_id, by.kind)
    return plan


def _lock(kept_id: UUID, source: Source) -> User:
    """Drafts, accounts, bookings: in the order in which Pay and erasing lock them."""
    wanted = [kept_id]
    if source.account_id is not None:
        drafts = Draft.objects.filter(customer=source.account_id)
        list(drafts.select_for_update().order_by("pk"))
        wanted.append(source.account_id)
    people = User.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    accounts = {user.pk: user for user in people}
    list(Booking.all_objects.select_for_update().filter(source.bookings).order_by("pk"))
    if len(accounts) != len(set(wanted)):
        raise User.DoesNotExist
    return accounts[kept_id]


def _fill_contact(plan: MergePlan) -> None:
    """Name and phone of the other record, where the kept account has none."""
    if plan.other is not None:
        name, phone = plan.other.name, find_profile(plan.other).phone
    else:
        newest = plan.bookings[-1]
        name, phone = newest.guest_name, newest.guest_phone
    kept, profile = plan.kept, profile_of(plan.kept)
    if not kept.name and name:
        kept.name = name
        kept.save(update_fields=["name"])
    if not profile.phone and phone:
        profile.phone = phone
        profile.save(update_fields=["phone", "updated_at"])


def _move_bookings(plan: MergePlan, *, now: datetime) -> None:
    """Each booking becomes the kept account's: whose it is, who counts as the person, the search.

    A payment page that the other account has open shows that account's cards: it is given up.
    """
    kept, ids = plan.kept, [booking.pk for booking in plan.bookings]
    _close_pages(plan, now=now)
    key = person_key(kept.pk, kept.email)
    try:
        with transaction.atomic():
            Booking.all_objects.filter(pk__in=ids).update(
                customer=kept,
                guest_name="",
                guest_email="",
                guest_phone="",
                email_key=email_key(kept.email),
                person_key=key,
                revision=F("revision") + 1,
                updated_at=now,
            )
    except IntegrityError as clash:  # the kept account booked that very time a moment ago
        words = _("Both have a booking at the same time. Look at both, and try again.")
        raise MergeRefusedError((words,)) from clash
    # Their e-mail's key stays: a code once used with it counts for it (DECISIONS.md, 19).
    DiscountRedemption.objects.filter(booking__in=ids).update(person_key=key)
    refresh_search(ids)


def _close_pages(plan: MergePlan, *, now: datetime) -> None:
    opened = Payment.objects.open().filter(booking__in=plan.bookings, actor=plan.other)
    for payment in opened.exclude(actor=None).select_related("booking"):
        withdraw_payment(payment.booking, now=now)


def _move_belongings(plan: MergePlan) -> None:
    """Addresses, drafts and notes; the kept account's default address stays the default."""
    kept, other = plan.kept, plan.other
    for moved in plan.addresses:
        SavedAddress.objects.filter(pk=moved.address.pk).update(
            user=kept, label=moved.label, is_default=False
        )
    SavedAddress.objects.filter(user=other).delete()  # what the kept account has already
    book = SavedAddress.objects.filter(user=kept).order_by("created_at", "pk")
    first = book.first()
    if first is not None and not book.filter(is_default=True).exists():
        book.filter(pk=first.pk).update(is_default=True)
    Draft.objects.filter(customer=other).update(customer=kept)
    Note.objects.filter(customer=other).update(customer=kept)


def _close(plan: MergePlan, other: User, *, now: datetime) -> None:
    """Nobody enters the other account again, and it keeps nothing of the person."""
    kept, address = plan.kept, other.email
    forget_customer(other.pk, now=now)
    waiting = EmailAddress.objects.filter(user=kept, verified=False)
    waiting.filter(email__in=plan.further).delete()
    proved = EmailAddress.objects.filter(user=other, verified=True)
    proved.update(user=kept, primary=False)
    EmailAddress.objects.filter(user=other).delete()
    Authenticator.objects.filter(user=other).delete()
    CustomerProfile.objects.filter(user=other).delete()
    User.objects.filter(merged_into=other).update(merged_into=kept)
    other.name = ""
    other.email = f"merged-{other.pk}@{ERASED_DOMAIN}"  # another e-mail ends every browser
    other.set_unusable_password()
    other.last_login = None
    other.is_active = False
    other.merged_into = kept
    other.save()
    for email in {kept.email, *({address} & set(plan.further))}:
        plan_merged(email, kept=kept.email)
