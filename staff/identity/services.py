"""What signing in and looking after one's own account change. Each writes its audit row."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from staff.audit import changed, record
from staff.identity import factors, sessions, throttle
from staff.models import Action, StaffProfile, StaffSignIn


class LockedError(Exception):
    """Too many wrong tries from this address, or for this account."""


def check_password(
    request: HttpRequest, email: str, password: str, *, now: datetime
) -> StaffProfile | None:
    """The active colleague with that e-mail and password, else None: whatever does not fit.

    Takes the same time for every e-mail. Raises LockedError before anything is looked at.
    """
    email = email.strip().lower()
    if throttle.is_locked(request, email, now=now):
        raise LockedError
    profile = StaffProfile.objects.select_related("user").filter(user__email=email).first()
    if profile is None:
        make_password(password)  # takes the time that checking takes
        fits = False
    else:
        fits = profile.user.check_password(password)
    if profile is not None and fits and _is_active(profile):
        return profile
    if throttle.count_failure(request, email, now=now) and profile is not None:
        record(profile, Action.LOCKED, profile, request=request, now=now)
    return None


def _is_active(profile: StaffProfile) -> bool:
    return profile.active and profile.user.is_active and profile.user.is_staff


def check_second_factor(
    request: HttpRequest,
    profile: StaffProfile,
    *,
    code: str = "",
    passkey: object = None,
    now: datetime,
) -> str:
    """The method by which the person showed who they are, else empty: a failure is recorded.

    Raises LockedError once there were too many.
    """
    email = profile.user.email
    if throttle.is_locked(request, email, now=now):
        raise LockedError
    if passkey is not None:
        method = factors.check_passkey(profile.user, passkey, now=now)
    else:
        method = factors.check_code(factors.factors_of(profile.user), code, now=now)
    if not method:
        locks = throttle.count_failure(request, email, now=now)
        record(profile, Action.FAILED_SECOND_FACTOR, profile, request=request, now=now)
        if locks:
            record(profile, Action.LOCKED, profile, request=request, now=now)
    return method


@transaction.atomic
def sign_in(request: HttpRequest, profile: StaffProfile, *, method: str, now: datetime) -> None:
    """Let a person in who has shown password and second factor (`method`, may be empty)."""
    sessions.begin(request, profile, method=method, now=now)


@transaction.atomic
def sign_out(request: HttpRequest, sign_in: StaffSignIn, *, now: datetime) -> None:
    """End this browser."""
    record(sign_in.profile, Action.SIGNED_OUT, request=request, now=now)
    sessions.drop(request, sign_in, why=StaffSignIn.End.SIGNED_OUT, now=now)


@transaction.atomic
def sign_out_everywhere(request: HttpRequest, sign_in: StaffSignIn, *, now: datetime) -> int:
    """End every browser of the person, this one too; returns how many were in."""
    profile = sign_in.profile
    count = sessions.end_all(profile, why=StaffSignIn.End.EVERYWHERE, now=now)
    record(
        profile, Action.SIGNED_OUT_EVERYWHERE, after={"browsers": count}, request=request, now=now
    )
    sessions.drop(request, None, why=StaffSignIn.End.EVERYWHERE, now=now)
    return count


@transaction.atomic
def confirm(request: HttpRequest, sign_in: StaffSignIn, *, method: str, now: datetime) -> None:
    """The person has shown again who they are."""
    record(sign_in.profile, Action.CONFIRMED, after={"method": method}, request=request, now=now)
    sessions.confirm(sign_in, now)


@transaction.atomic
def add_app(request: HttpRequest, profile: StaffProfile, code: str, *, now: datetime) -> bool:
    """Take the authenticator app that the code is from; False for a wrong code."""
    if not factors.add_app(request, profile.user, code):
        return False
    _note_added(request, profile, StaffSignIn.Method.TOTP, now)
    return True


@transaction.atomic
def add_passkey(
    request: HttpRequest, profile: StaffProfile, name: str, answer: object, *, now: datetime
) -> bool:
    """Keep a new passkey; False where the browser's answer does not fit."""
    if factors.add_passkey(profile.user, name, answer) is None:
        return False
    _note_added(request, profile, StaffSignIn.Method.PASSKEY, now)
    return True


def _note_added(request: HttpRequest, profile: StaffProfile, method: str, now: datetime) -> None:
    record(
        profile, Action.ADDED_FACTOR, profile, after={"method": method}, request=request, now=now
    )
    # A browser that came in by the password alone has a second factor from here on.
    current = sessions.find_sign_in(request)
    if current is not None and not current.method:
        StaffSignIn.objects.filter(pk=current.pk).update(method=method)


@transaction.atomic
def remove_factor(
    request: HttpRequest, profile: StaffProfile, factor: Authenticator, *, now: datetime
) -> None:
    """Forget one factor."""
    method = factor.type
    factor.delete()
    record(
        profile, Action.REMOVED_FACTOR, profile, before={"method": method}, request=request, now=now
    )


@transaction.atomic
def make_recovery_codes(request: HttpRequest, profile: StaffProfile, *, now: datetime) -> None:
    """New recovery codes; the ones before open nothing any more."""
    factors.make_recovery_codes(profile.user)
    record(profile, Action.MADE_RECOVERY_CODES, profile, request=request, now=now)


@transaction.atomic
def change_password(
    request: HttpRequest, sign_in: StaffSignIn, password: str, *, now: datetime
) -> None:
    """Set a new password; every other browser of the person is out."""
    profile = sign_in.profile
    user: User = profile.user
    user.set_password(password)
    user.save(update_fields=["password"])
    others = profile.sign_ins.filter(ended_at=None).exclude(pk=sign_in.pk)
    others.update(ended_at=now, end=StaffSignIn.End.EVERYWHERE)
    update_session_auth_hash(request, user)
    record(profile, Action.CHANGED_PASSWORD, profile, request=request, now=now)


@transaction.atomic
def change_settings(
    request: HttpRequest, profile: StaffProfile, *, single_keys: bool, now: datetime
) -> None:
    """What a person may set for themselves."""
    before, after = changed({"single_keys": profile.single_keys}, {"single_keys": single_keys})
    profile.single_keys = single_keys
    profile.save(update_fields=["single_keys", "updated_at"])
    record(
        profile,
        Action.CHANGED_OWN_SETTINGS,
        profile,
        before=before,
        after=after,
        request=request,
        now=now,
    )
