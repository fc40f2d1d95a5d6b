"""Who may do what in the back office: one table, from which checks, menus and pages come.

Source: DOMAIN.md, "Roles", and DECISIONS.md, 23 to 25. Customers have no role.
"""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What somebody of the staff is."""

    VIEWER = "viewer"
    SUPPORT = "support"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    ADMIN = "admin"


ROLE_LABELS = {
    Role.VIEWER: _("Viewer"),
    Role.SUPPORT: _("Support"),
    Role.COORDINATOR: _("Coordinator"),
    Role.MANAGER: _("Manager"),
    Role.ADMIN: _("Admin"),
}

_ALL = frozenset(Role)
_EDITORS = _ALL - {Role.VIEWER}
_DISPATCHERS = frozenset({Role.COORDINATOR, Role.MANAGER, Role.ADMIN})
_LEADS = frozenset({Role.MANAGER, Role.ADMIN})
_ADMINS = frozenset({Role.ADMIN})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "view_operations": _ALL,
    "view_money": _LEADS | {Role.VIEWER},
    "edit_bookings": _EDITORS,
    "change_status": _DISPATCHERS,
    "handle_documents": _EDITORS,
    "cancel_paid": _LEADS | {Role.SUPPORT},
    "request_refunds": _LEADS | {Role.SUPPORT},
    "approve_refunds": _LEADS,
    "override_price": _LEADS,
    "override_payment": _LEADS,
    "edit_discounts": _LEADS,
    "edit_catalogue": _LEADS,
    "export_data": _LEADS,
    "manage_staff": _ADMINS,
    "view_audit": _ADMINS,
    "view_as": _LEADS,
    "merge_customers": _LEADS,
    "cancel_in_progress": _LEADS,
    "same_day": _DISPATCHERS,
    "over_limit": _DISPATCHERS,
    "delete": _ADMINS,
}

# What each permission lets somebody do, in the words and the order of the page "Who may do what".
PERMISSION_GROUPS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (
        _("Look"),
        {
            "view_operations": _("See the dashboard, bookings, customers and deliveries"),
            "view_money": _("See payments and reports"),
            "export_data": _("Export data"),
            "view_as": _("See the site as a customer sees it"),
        },
    ),
    (
        _("Bookings and customers"),
        {
            "edit_bookings": _("Make and edit bookings, edit customers, write messages"),
            "change_status": _("Change a booking's status, dispatch, set the vans of a day"),
            "handle_documents": _("Upload and approve documents"),
            "same_day": _("Book for today"),
            "over_limit": _("Book above the online limits"),
            "merge_customers": _("Merge two records of one customer"),
            "cancel_paid": _("Cancel paid bookings"),
            "cancel_in_progress": _("Cancel bookings that are under way"),
            "delete": _("Delete"),
        },
    ),
    (
        _("Money"),
        {
            "request_refunds": _("Ask for refunds"),
            "approve_refunds": _("Approve refunds that somebody else asked for"),
            "override_price": _("Set another price, with a reason"),
            "override_payment": _("Record payments that came past Stripe, start a booking unpaid"),
        },
    ),
    (
        _("The house"),
        {
            "edit_discounts": _("Change discount codes"),
            "edit_catalogue": _("Change the catalogue and the message templates"),
            "manage_staff": _("Invite colleagues, set roles, reset second factors"),
            "view_audit": _("Read the audit log"),
        },
    ),
)

# A manager approves up to this sum in total for one booking, an admin above it (DECISIONS.md, 12).
MANAGER_REFUND_LIMIT_CENTS = 500_00


def refund_limit_cents(role: Role) -> int | None:
    """What somebody who approves refunds may let go in all for one booking; None for any sum."""
    return None if role is Role.ADMIN else MANAGER_REFUND_LIMIT_CENTS


def allows(role: Role, permission: str) -> bool:
    """Whether a role has a permission. Raises KeyError for one that is not in the table."""
    return role in PERMISSIONS[permission]
