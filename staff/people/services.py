"""Asking colleagues in, their roles, and letting them go. Each writes its audit row.

Who is the last active admin stays one, and nobody changes their own role or deactivates
themselves: the house is never locked out. All admins are locked while one of them changes.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from staff.audit import record
from staff.identity import factors, sessions
from staff.models import Action, StaffProfile, StaffSignIn
from staff.people.mails import tell_changed
from staff.permissions import Role


class StaffChangeRefusedError(Exception):
    """What was asked would lock people out; the text is a sentence for the person."""


def _locked(profile_id: Any) -> StaffProfile:
    """The colleague's row, and those of all admins, locked in one order until the commit."""
    admins = StaffProfile.objects.filter(role=Role.ADMIN) | StaffProfile.objects.filter(
        pk=profile_id
    )
    rows = admins.select_related("user").order_by("pk").select_for_update(of=("self",))
    return {row.pk: row for row in rows}[profile_id]


def _refuse_own(profile: StaffProfile, by: StaffProfile) -> None:
    if profile.pk == by.pk:
        raise StaffChangeRefusedError(_("Somebody else has to change this for you."))


def _refuse_last_admin(profile: StaffProfile) -> None:
    others = StaffProfile.objects.filter(role=Role.ADMIN, active=True, user__is_active=True)
    if profile.role == Role.ADMIN and profile.active and not others.exclude(pk=profile.pk).exists():
        raise StaffChangeRefusedError(
            _("%(name)s is the last active admin. Make somebody else an admin first.")
            % {"name": profile.name}
        )


@transaction.atomic
def change_role(
    profile: StaffProfile, role: Role, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> StaffProfile:
    """Give a colleague another role; it holds from their next request on.

    Raises StaffChangeRefusedError.
    """
    profile = _locked(profile.pk)
    _refuse_own(profile, by)
    if role != Role.ADMIN:
        _refuse_last_admin(profile)
    before = profile.role
    profile.role = role
    profile.save(update_fields=["role", "updated_at"])
    set_rank(profile)
    record(
        by,
        Action.CHANGED_ROLE,
        profile,
        before={"role": before},
        after={"role": role.value},
        request=request,
        now=now,
    )
    return profile


def set_rank(profile: StaffProfile) -> None:
    """An admin may use the Django admin, nobody else."""
    profile.user.is_superuser = profile.role == Role.ADMIN
    profile.user.save(update_fields=["is_superuser"])


@transaction.atomic
def deactivate(
    profile: StaffProfile, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> None:
    """Let a colleague in no more; their open browsers end. Raises StaffChangeRefusedError."""
    profile = _locked(profile.pk)
    _refuse_own(profile, by)
    _refuse_last_admin(profile)
    _set_active(profile, active=False)
    sessions.end_all(profile, why=StaffSignIn.End.BY_ADMIN, now=now)
    record(by, Action.DEACTIVATED, profile, request=request, now=now)


@transaction.atomic
def reactivate(
    profile: StaffProfile, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> None:
    """Let a colleague in again, with the role, password and second factor of before."""
    profile = _locked(profile.pk)
    _set_active(profile, active=True)
    record(by, Action.REACTIVATED, profile, request=request, now=now)


def _set_active(profile: StaffProfile, *, active: bool) -> None:
    profile.active = active
    profile.save(update_fields=["active", "updated_at"])
    profile.user.is_active = active
    profile.user.save(update_fields=["is_active"])


@transaction.atomic
def reset_factors(
    profile: StaffProfile, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> None:
    """Forget a colleague's second factors: they set one up at their next sign-in.

    Their browsers end, and they are told by e-mail. Raises StaffChangeRefusedError for one's own.
    """
    profile = _locked(profile.pk)
    _refuse_own(profile, by)
    kinds = factors.remove_all(profile.user)
    sessions.end_all(profile, why=StaffSignIn.End.BY_ADMIN, now=now)
    row = record(
        by, Action.RESET_FACTORS, profile, before={"methods": kinds}, request=request, now=now
    )
    tell_changed(profile, row)
