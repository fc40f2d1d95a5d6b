"""All that a customer's page shows: a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.identity.closing import is_gone
from accounts.models import SavedAddress, User
from accounts.portal.figures import OpenDraft, find_open_draft
from booking.models import Booking
from booking.notifications.schedule import phone_words
from booking.services.person import is_erased
from booking.wizard.forms.where import LEGS
from staff.audit_log.queries import Entry, entry_of
from staff.customers.page.parts import bookings_part, find_messages, find_requests
from staff.customers.queries import made_by, spent_by
from staff.models import AuditLog, StaffProfile
from staff.notes.panel import note_panel
from totetaxi.lib.clock import today

MOST_AUDIT_ROWS = 8
MAILS = {
    "wants_reminders": _("the day before"),
    "wants_unfinished": _("unfinished bookings"),
    "wants_reviews": _("how it went"),
}
FACTORS = {
    Authenticator.Type.TOTP: _("App for codes"),
    Authenticator.Type.WEBAUTHN: _("Passkey"),
}


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How somebody gets into their account, and whether their mailbox was ever shown to be theirs.

    `further` are confirmed addresses of accounts that were merged into this one; `waiting` is the
    address that it is about to change to, or empty.
    """

    is_confirmed: bool
    further: tuple[str, ...]
    waiting: str
    has_password: bool
    factors: tuple[Any, ...]


def customer_content(
    user: User, staff: StaffProfile, asked: QueryDict, now: datetime
) -> dict[str, Any]:
    """For `staff/customers/customer.html`."""
    sign_in = _sign_in(user)
    mine = Q(customer_id=user.pk)
    profile = getattr(user, "customer_profile", None)
    made = made_by([user.pk]).get(user.pk)
    draft = find_open_draft(user.pk)
    return {
        "customer": user,
        "may_edit": staff.may("edit_bookings") and not is_gone(user),
        "may_merge": staff.may("merge_customers") and not is_gone(user),
        "may_view_as": staff.may("view_as") and user.is_active,
        "phone": phone_words(profile.phone) if profile else "",
        "mails": [
            words for name, words in MAILS.items() if profile is None or getattr(profile, name)
        ],
        "sign_in": sign_in,
        "is_erased": is_erased(user.email) and user.merged_into_id is None,
        "made": made[0] if made else 0,
        "spent_cents": spent_by([user.pk]).get(user.pk, 0) if staff.may("view_money") else None,
        "bookings": bookings_part(Booking.objects.filter(mine), asked, today(now)),
        "addresses": list(SavedAddress.objects.filter(user=user)),
        "messages_sent": find_messages(mine, (user.email, *sign_in.further)),
        "requests": find_requests(mine),
        "draft": draft,
        "draft_ends": _ends(draft) if draft else [],
        "notes": note_panel(user, staff),
        "audit": _audit(user) if staff.may("view_audit") else None,
    }


def _sign_in(user: User) -> SignIn:
    """Two queries."""
    addresses = list(EmailAddress.objects.filter(user=user).order_by("pk"))
    others = [row for row in addresses if row.email != user.email]
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return SignIn(
        is_confirmed=any(row.verified and row.email == user.email for row in addresses),
        further=tuple(row.email for row in others if row.verified),
        waiting=next((row.email for row in reversed(others) if not row.verified), ""),
        has_password=user.has_usable_password(),
        factors=tuple(words for kind, words in FACTORS.items() if kind in kinds),
    )


def _ends(draft: OpenDraft) -> list[str]:
    """The streets of an unfinished booking, as far as they are known."""
    return [street for leg in LEGS if (street := draft.where.get(f"{leg}_street", ""))]


def _audit(user: User) -> list[Entry]:
    """What staff did about the account, and about those merged into it. Two queries."""
    merged = User.objects.filter(merged_into=user).values_list("pk", flat=True)
    rows = AuditLog.objects.filter(
        object_type=User._meta.label_lower, object_id__in=[str(user.pk), *map(str, merged)]
    )
    return [entry_of(row) for row in rows.select_related("actor__user")[:MOST_AUDIT_ROWS]]
