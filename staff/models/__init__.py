"""The people of the back office, how they came in, and what they did."""

from staff.models.audit_log import Action, AuditLog
from staff.models.invitation import Invitation
from staff.models.kpi import KpiDay
from staff.models.profile import StaffProfile
from staff.models.saved_filter import SavedFilter
from staff.models.sign_in import StaffSignIn

__all__ = [
    "Action",
    "AuditLog",
    "Invitation",
    "KpiDay",
    "SavedFilter",
    "StaffProfile",
    "StaffSignIn",
]
