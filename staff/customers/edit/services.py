"""What staff change about a customer's account. Each writes its audit row with it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from accounts.addresses import services as book
from accounts.addresses.services import AddressFacts
from accounts.identity import closing, for_staff
from accounts.models import SavedAddress, User
from accounts.profile.forms import PREFERENCES
from accounts.profile.services import change_contact, change_preferences, find_profile
from staff.audit import changed, record
from staff.models import Action, StaffProfile


def contact_of(user: User) -> dict[str, Any]:
    """What can be edited of a customer, as it is kept."""
    profile = find_profile(user)
    return {"name": user.name, "phone": profile.phone} | {
        name: getattr(profile, name) for name in PREFERENCES
    }


class ChangedMeanwhileError(Exception):
    """Somebody else changed the customer first; `kept` is what stands there now."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self.kept = kept
        super().__init__("the customer was changed meanwhile")


@transaction.atomic
def change_customer(
    user: User,
    wanted: dict[str, Any],
    *,
    seen: dict[str, Any],
    by: StaffProfile,
    now: datetime,
    request: HttpRequest,
) -> None:
    """Keep name, phone (E.164) and which mails are wanted.

    `seen` is what the person saw when they opened the form. Raises ChangedMeanwhileError.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    kept = contact_of(user)
    if kept != seen:
        raise ChangedMeanwhileError(kept)
    change_contact(user, name=wanted["name"], phone=wanted["phone"])
    change_preferences(user, **{name: wanted[name] for name in PREFERENCES})
    before, after = changed(kept, wanted)
    record(by, Action.CHANGED_CUSTOMER, user, before=before, after=after, request=request, now=now)


@transaction.atomic
def ask_new_email(
    user: User, email: str, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> None:
    """Send the link that changes the account's e-mail. Raises TooManyMailsError."""
    for_staff.ask_new_email(request, user, email)
    record(by, Action.ASKED_NEW_EMAIL, user, after={"email": email}, request=request, now=now)


@transaction.atomic
def send_password_reset(
    user: User, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> None:
    """Send the customer's own mail with a link to a new password. Raises TooManyMailsError."""
    for_staff.send_password_reset(request, user)
    record(by, Action.SENT_PASSWORD_RESET, user, request=request, now=now)


@transaction.atomic
def close_account(user: User, *, by: StaffProfile, now: datetime, request: HttpRequest) -> None:
    """Sign a customer out everywhere, and in no more. Raises AccountGoneError."""
    closing.close_account(user.pk)
    record(by, Action.CLOSED_ACCOUNT, user, request=request, now=now)


@transaction.atomic
def reopen_account(user: User, *, by: StaffProfile, now: datetime, request: HttpRequest) -> None:
    """Let a customer sign in again. Raises AccountGoneError."""
    closing.reopen_account(user.pk)
    record(by, Action.REOPENED_ACCOUNT, user, request=request, now=now)


@transaction.atomic
def add_address(
    user: User,
    facts: AddressFacts,
    *,
    as_default: bool,
    by: StaffProfile,
    now: datetime,
    request: HttpRequest,
) -> SavedAddress:
    """Keep a new address in the customer's book. Raises AddressRefusedError."""
    address = book.add_address(user.pk, facts, as_default=as_default)
    after = _told(asdict(facts)) | {"is_default": address.is_default}
    record(by, Action.ADDED_ADDRESS, user, after=after, request=request, now=now)
    return address


@transaction.atomic
def change_address(
    address: SavedAddress,
    facts: AddressFacts,
    *,
    as_default: bool,
    by: StaffProfile,
    now: datetime,
    request: HttpRequest,
) -> None:
    """Change an address of the customer's book. Raises AddressRefusedError."""
    wanted = _told(asdict(facts))
    before, after = changed({name: getattr(address, name) for name in wanted}, wanted)
    book.change_address(address, facts, as_default=as_default)
    record(
        by,
        Action.CHANGED_ADDRESS,
        address.user,
        before=before,
        after=after,
        request=request,
        now=now,
    )


@transaction.atomic
def delete_address(
    address: SavedAddress, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> None:
    """Forget an address of the customer's book."""
    book.delete_address(address)
    record(
        by,
        Action.DELETED_ADDRESS,
        address.user,
        before={"label": address.label},
        request=request,
        now=now,
    )


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    """What the audit log is told of an address; the values of most fields it leaves out itself."""
    return {name: value for name, value in facts.items() if name != "state"}
