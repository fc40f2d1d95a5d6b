"""An authenticator app, as the tests have it."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from staff.models import StaffProfile


def code_for(secret: str, *, step: int = 0) -> str:
    """The six digits that the app shows now, or some steps of thirty seconds from now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2] + step))


def give_app(profile: StaffProfile) -> str:
    """Set an app up for somebody; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(profile.user, secret)
    return secret


def give_recovery_codes(profile: StaffProfile) -> list[str]:
    """Recovery codes for somebody."""
    return RecoveryCodes.activate(profile.user).get_unused_codes()


def kinds_of(profile: StaffProfile) -> list[str]:
    """The factors that somebody has."""
    rows = Authenticator.objects.filter(user=profile.user)
    return sorted(rows.values_list("type", flat=True))
