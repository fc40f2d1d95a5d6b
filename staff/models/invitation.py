"""An invitation to the back office."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.models.profile import StaffProfile
from staff.permissions import ROLE_LABELS
from totetaxi.lib.models import Entity


class Invitation(Entity):
    """An admin asks somebody in, by e-mail, with a role. Its link holds a token, kept as a hash.

    `round` counts the mails: each has a link of its own, and the one before ends.
    """

    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=12, choices=list(ROLE_LABELS.items()))
    token_hash = models.CharField(max_length=64, unique=True)
    round = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    invited_by = models.ForeignKey(StaffProfile, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.OneToOneField(
        StaffProfile, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        StaffProfile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-sent_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_for_an_email",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_paired",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, accepted_at=None),
                name="invitation_withdrawn_paired",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} ({self.get_role_display()})"

    @property
    def audit_label(self) -> str:
        """How the audit log names it: by the colleague's address at work."""
        return self.email

    def is_open(self, now: datetime) -> bool:
        """Whether its link still lets somebody in."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
