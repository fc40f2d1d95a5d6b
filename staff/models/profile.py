"""Who is of the staff."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.permissions import ROLE_LABELS, Role, allows
from totetaxi.lib.models import Entity


class StaffProfile(Entity):
    """One person of the staff: role, and how to reach them. Never a customer's account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_profile"
    )
    role = models.CharField(_("role"), max_length=12, choices=list(ROLE_LABELS.items()))
    active = models.BooleanField(_("active"), default=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    hire_date = models.DateField(_("hired on"), null=True, blank=True)
    emergency_contact = models.CharField(_("emergency contact"), max_length=120, blank=True)
    # Keys without Ctrl or Alt can be switched off (WCAG 2.1.4).
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="staff_role_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def name(self) -> str:
        """As colleagues see it: the name, or the e-mail of somebody without one."""
        return self.user.get_full_name()

    @property
    def initials(self) -> str:
        """`TB` for Tom Bellamy: what a small round picture shows."""
        return initials_of(self.name)

    @property
    def audit_label(self) -> str:
        """How the audit log names a colleague."""
        return self.name

    def may(self, permission: str) -> bool:
        """Whether this person has a permission now. Read from the row at each request."""
        return self.active and allows(Role(self.role), permission)


def initials_of(name: str) -> str:
    """`TB` for Tom Bellamy, or for tom.bellamy."""
    words = name.replace("@", " ").replace(".", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
