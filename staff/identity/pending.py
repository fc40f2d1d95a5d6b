"""Between password and second factor: who is expected, for ten minutes.

Kept in the browser's session, which is signed in to nothing yet.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

from staff.models import StaffProfile

SESSION_KEY = "staff_pending"
LASTS = timedelta(minutes=10)


def expect(request: HttpRequest, profile: StaffProfile, *, back: str, now: datetime) -> None:
    """Remember that this browser gave the person's password, and where they want to go."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = {
        "profile": str(profile.pk),
        "until": (now + LASTS).timestamp(),
        "password": profile.user.get_session_auth_hash(),
        "back": back,
    }


def find_expected(request: HttpRequest, now: datetime) -> tuple[StaffProfile, str] | None:
    """The person who gave the password, and where to go on; None when that was too long ago."""
    held = request.session.get(SESSION_KEY)
    if not held or now.timestamp() >= held["until"]:
        return None
    profile = (
        StaffProfile.objects.select_related("user")
        .filter(pk=held["profile"], active=True, user__is_active=True)
        .first()
    )
    # A password changed in between was perhaps changed because of this.
    if profile is None or profile.user.get_session_auth_hash() != held["password"]:
        return None
    return profile, held["back"]


def forget(request: HttpRequest) -> None:
    """Nobody is expected any more."""
    request.session.pop(SESSION_KEY, None)
