"""What we write to colleagues: the invitation, and that an admin changed something of theirs."""

import base64
from datetime import datetime

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from booking.models import Message, MessageKind, plan_message
from booking.notifications.letter import Letter, NotNeededError
from booking.notifications.links import absolute
from booking.notifications.messages import register_writer
from booking.notifications.schedule import day_words, time_words
from staff.models import AuditLog, Invitation, StaffProfile

_SALT = "staff.people.invitation"
PLACEHOLDER = "invitation-link"


def token_of(invitation: Invitation) -> str:
    """The token of an invitation's newest mail.

    Derived from its row and SECRET_KEY: only the hash is stored, and a mail that is tried again
    carries the same link.
    """
    digest = salted_hmac(_SALT, f"{invitation.pk}:{invitation.round}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def plan_invitation(invitation: Invitation) -> None:
    """Send the link of the newest round, in the caller's transaction."""
    plan_message(
        MessageKind.STAFF_INVITATION,
        key=f"invitation:{invitation.pk}:{invitation.round}",
        recipient=invitation.email,
        context={"invitation": str(invitation.pk), "round": invitation.round},
    )


def tell_changed(profile: StaffProfile, row: AuditLog) -> None:
    """Tell a colleague that their second factor was reset, in the caller's transaction."""
    plan_message(
        MessageKind.STAFF_NOTICE,
        key=f"staff-notice:{row.pk}",
        recipient=profile.user.email,
        context={"audit": row.pk},
    )


def staff_invitation(message: Message, now: datetime) -> Letter:
    """The way in for a new colleague. Context: invitation, round."""
    invitation = (
        Invitation.objects.select_related("invited_by__user")
        .filter(pk=message.context["invitation"], round=message.context["round"])
        .first()
    )
    if invitation is None or not invitation.is_open(now):
        raise NotNeededError("the invitation is over")
    path = reverse("staff:open_invitation", args=[PLACEHOLDER])
    return Letter(
        recipient=message.recipient,
        subject=_("%(name)s invites you to ToteTaxi's back office")
        % {"name": invitation.invited_by.name},
        template="staff_invitation",
        context={
            "name": invitation.invited_by.name,
            "role": invitation.get_role_display(),
            "link": absolute(path),
            "until": day_words(invitation.expires_at),
        },
        secrets=((PLACEHOLDER, token_of(invitation)),),
    )


def staff_notice(message: Message, now: datetime) -> Letter:  # noqa: ARG001  a writer's signature
    """That an admin reset somebody's second factor. Context: audit, the row that tells of it."""
    row = AuditLog.objects.select_related("actor__user").get(pk=message.context["audit"])
    return Letter(
        recipient=message.recipient,
        subject=_("Your second factor was reset"),
        template="staff_notice",
        context={
            "name": row.actor.name if row.actor else "",
            "at": _("%(day)s, %(time)s") % {"day": day_words(row.at), "time": time_words(row.at)},
            "link": absolute(reverse("staff:login")),
        },
    )


def register() -> None:
    """Tell booking's notifications who writes these. Called by the app's `ready`."""
    register_writer(MessageKind.STAFF_INVITATION, staff_invitation)
    register_writer(MessageKind.STAFF_NOTICE, staff_notice)
