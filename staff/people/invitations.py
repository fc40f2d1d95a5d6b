"""Invitations: made, sent again, withdrawn, accepted. Each writes its audit row."""

from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from booking.models import hash_token
from staff.audit import record
from staff.models import Action, Invitation, StaffProfile
from staff.people.mails import plan_invitation, token_of
from staff.people.services import set_rank
from staff.permissions import Role

LASTS = timedelta(days=7)


class InvitationRefusedError(Exception):
    """Nobody can be invited like that; the text is a sentence for the person."""


@transaction.atomic
def invite(
    email: str, role: Role, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> Invitation:
    """Ask somebody in by e-mail. Raises InvitationRefusedError where the address has an account.

    An older invitation to the same address ends.
    """
    email = email.strip().lower()
    _refuse_known(email)
    open_before = Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)
    open_before.update(withdrawn_at=now, withdrawn_by=by)
    invitation = Invitation(email=email, role=role, invited_by=by)
    _send(invitation, now)
    record(by, Action.INVITED, invitation, after={"role": role.value}, request=request, now=now)
    return invitation


def _refuse_known(email: str) -> None:
    known = User.objects.filter(email=email).first()
    if known is not None and known.is_staff:
        raise InvitationRefusedError(_("This colleague has an account already."))
    if known is not None:
        raise InvitationRefusedError(
            _("This e-mail is a customer's. Staff need an e-mail of their own.")
        )


def _send(invitation: Invitation, now: datetime) -> None:
    """Give the invitation seven days and a link of its own, and plan its mail."""
    invitation.sent_at, invitation.expires_at = now, now + LASTS
    invitation.token_hash = hash_token(token_of(invitation))
    invitation.save()
    plan_invitation(invitation)


@transaction.atomic
def resend(
    invitation: Invitation, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> None:
    """Another mail with another link; the one before ends. Raises InvitationRefusedError."""
    invitation = _waiting(invitation)
    _refuse_known(invitation.email)
    invitation.round += 1
    _send(invitation, now)
    record(by, Action.RESENT_INVITATION, invitation, request=request, now=now)


@transaction.atomic
def withdraw(
    invitation: Invitation, *, by: StaffProfile, now: datetime, request: HttpRequest
) -> None:
    """Its link opens nothing any more. Raises InvitationRefusedError once it was accepted."""
    invitation = _waiting(invitation)
    invitation.withdrawn_at, invitation.withdrawn_by = now, by
    invitation.save(update_fields=["withdrawn_at", "withdrawn_by", "updated_at"])
    record(by, Action.WITHDREW_INVITATION, invitation, request=request, now=now)


def _waiting(invitation: Invitation) -> Invitation:
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.accepted_at or row.withdrawn_at:
        raise InvitationRefusedError(_("This invitation is settled already."))
    return row


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """The open invitation behind a link; None for a wrong, used, old or withdrawn one."""
    invitation = (
        Invitation.objects.select_related("invited_by__user")
        .filter(token_hash=hash_token(token))
        .first()
    )
    return invitation if invitation is not None and invitation.is_open(now) else None


@transaction.atomic
def accept(
    invitation: Invitation, *, name: str, password: str, now: datetime, request: HttpRequest
) -> StaffProfile:
    """Make the colleague's account. Raises InvitationRefusedError if somebody was faster."""
    invitation = _waiting(invitation)
    _refuse_known(invitation.email)
    user = User.objects.create_user(invitation.email, password, name=name, is_staff=True)
    profile = StaffProfile.objects.create(user=user, role=invitation.role)
    set_rank(profile)
    invitation.accepted_at, invitation.accepted_by = now, profile
    invitation.save(update_fields=["accepted_at", "accepted_by", "updated_at"])
    record(
        profile,
        Action.ACCEPTED_INVITATION,
        invitation,
        after={"role": invitation.role},
        request=request,
        now=now,
    )
    return profile
