"""What the pages about colleagues show."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, Max, OuterRef, QuerySet

from staff.models import Invitation, StaffProfile
from staff.permissions import PERMISSION_GROUPS, PERMISSIONS, ROLE_LABELS, Role


def colleagues() -> QuerySet[StaffProfile]:
    """Everybody, active ones first, with `last_in` and `has_factor`: one query."""
    factors = Authenticator.objects.filter(user=OuterRef("user")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    return (
        StaffProfile.objects.select_related("user")
        .annotate(last_in=Max("sign_ins__at"), has_factor=Exists(factors))
        .order_by("-active", "user__name", "user__email")
    )


def waiting_invitations() -> QuerySet[Invitation]:
    """Those that nobody took up or back; some of them may be too old."""
    return Invitation.objects.select_related("invited_by__user").filter(
        accepted_at=None, withdrawn_at=None
    )


@dataclass(frozen=True)
class Right:
    """One line of the page "Who may do what": for each role whether, or how far."""

    words: str
    cells: tuple[str, ...]


def rights_table() -> list[tuple[str, list[Right]]]:
    """`(heading, lines)` in the order of `permissions.PERMISSION_GROUPS`; cells in that of Role.

    A cell is `yes`, `no`, or `limit` where a sum bounds it.
    """
    return [
        (
            str(heading),
            [
                Right(str(words), tuple(_cell(name, role) for role in Role))
                for name, words in lines.items()
            ],
        )
        for heading, lines in PERMISSION_GROUPS
    ]


def _cell(permission: str, role: Role) -> str:
    if role not in PERMISSIONS[permission]:
        return "no"
    return "limit" if permission == "approve_refunds" and role is Role.MANAGER else "yes"


def role_names() -> list[str]:
    """The heads of the table's columns."""
    return [str(ROLE_LABELS[role]) for role in Role]


def is_too_old(invitation: Invitation, now: datetime) -> bool:
    """Whether its seven days are over."""
    return now >= invitation.expires_at
