"""Who may do what in the back office: one table, from which checks, menus and pages come.

Source: DOMAIN.md, "Roles", and DECISIONS.md, 23 to 25. Customers have no role.
"""

from enum import StrEnum

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

# A manager approves up to this sum in total for one booking, an admin above it (DECISIONS.md, 12).
MANAGER_REFUND_LIMIT_CENTS = 500_00


def allows(role: Role, permission: str) -> bool:
    """Whether a role has a permission. Raises KeyError for one that is not in the table."""
    return role in PERMISSIONS[permission]
