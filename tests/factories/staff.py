"""Staff who are signed in, without the pages of the sign-in."""

from datetime import datetime

from django.test import Client

from accounts.models import User
from staff.identity.sessions import BACKEND, SESSION_KEY
from staff.models import StaffProfile, StaffSignIn
from staff.permissions import Role
from tests.factories.people import make_staff
from totetaxi.lib import clock


def make_colleague(role: Role = Role.ADMIN, name: str = "Sam Porter") -> StaffProfile:
    """Somebody of the staff, with a name of their own."""
    user = make_staff(role)
    user.name = name
    user.save()
    return StaffProfile.objects.select_related("user").get(user=user)


def sign_in_staff(
    client: Client, who: User | StaffProfile, *, method: str = "totp", now: datetime | None = None
) -> StaffSignIn:
    """Sign somebody of the staff in, as if they had just shown `method`."""
    now = now or clock.now()
    profile = who if isinstance(who, StaffProfile) else StaffProfile.objects.get(user=who)
    client.force_login(profile.user, backend=BACKEND)
    sign_in = StaffSignIn.objects.create(
        profile=profile, at=now, seen_at=now, confirmed_at=now, method=method, ip="192.0.2.7"
    )
    session = client.session
    session[SESSION_KEY] = sign_in.pk
    session.save()
    return sign_in
