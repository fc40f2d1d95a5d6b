"""The browsers of the staff: begun at sign-in, looked up at each request, ended for good.

A session of the back office ends after twelve hours, and after one without use. Its row in
StaffSignIn decides; Django's own session only names that row.
"""

from datetime import datetime, timedelta

from django.contrib.auth import login, logout
from django.http import HttpRequest

from accounts.models import User
from staff.audit import origin_of, record
from staff.models import Action, StaffProfile, StaffSignIn
from staff.models.sign_in import LONGEST
from totetaxi.lib.prepared import PreparedGet

SESSION_KEY = "staff_sign_in"
BACKEND = "accounts.identity.backends.AccountBackend"
# "Last used" is noted no more often than this: a page costs no write.
NOTED_EVERY = timedelta(seconds=60)
# How long somebody counts as just confirmed, for what asks for it again.
CONFIRMED_FOR = timedelta(minutes=15)


def begin(
    request: HttpRequest, profile: StaffProfile, *, method: str, now: datetime
) -> StaffSignIn:
    """Sign a person in who has shown who they are, in the caller's transaction.

    `method` is one of `StaffSignIn.Method`. Whatever the browser was before is forgotten.
    """
    request.session.flush()
    login(request, profile.user, backend=BACKEND)
    # An instant, not a span: use does not lengthen it.
    request.session.set_expiry(now + LONGEST)
    origin = origin_of(request)
    sign_in = StaffSignIn.objects.create(
        profile=profile,
        at=now,
        seen_at=now,
        confirmed_at=now,
        method=method,
        ip=origin.ip,
        user_agent=origin.user_agent,
    )
    request.session[SESSION_KEY] = sign_in.pk
    record(profile, Action.SIGNED_IN, after={"method": method}, request=request, now=now)
    return sign_in


def find_sign_in(request: HttpRequest) -> StaffSignIn | None:
    """The row that this browser names, with its profile; None for a browser without one.

    Whether it still opens anything is `over_at`.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        return None
    named = request.session.get(SESSION_KEY)
    if named is None:
        return None
    sign_in = _prepared.find(named)
    if sign_in is None or sign_in.profile.user_id != user.pk:
        return None
    sign_in.profile.user = user  # loaded already
    return sign_in


_prepared = PreparedGet(StaffSignIn, lambda: StaffSignIn.objects.select_related("profile"))


def note_use(sign_in: StaffSignIn, now: datetime) -> None:
    """Remember that the browser was used; at most once a minute."""
    if now - sign_in.seen_at >= NOTED_EVERY:
        StaffSignIn.objects.filter(pk=sign_in.pk, ended_at=None).update(seen_at=now)


def confirm(sign_in: StaffSignIn, now: datetime) -> None:
    """Remember that the person has just shown again who they are."""
    StaffSignIn.objects.filter(pk=sign_in.pk, ended_at=None).update(confirmed_at=now, seen_at=now)


def is_confirmed(sign_in: StaffSignIn, now: datetime) -> bool:
    """Whether the person has shown who they are lately."""
    return now - sign_in.confirmed_at < CONFIRMED_FOR


def drop(request: HttpRequest, sign_in: StaffSignIn | None, *, why: str, now: datetime) -> None:
    """End this browser: the row with `why`, one of `StaffSignIn.End`, and Django's session."""
    if sign_in is not None and sign_in.ended_at is None:
        StaffSignIn.objects.filter(pk=sign_in.pk, ended_at=None).update(ended_at=now, end=why)
    logout(request)


def end_all(profile: StaffProfile, *, why: str, now: datetime) -> int:
    """End every browser of a person, wherever it is; returns how many were in."""
    is_in = profile.sign_ins.open_at(now).count()
    profile.sign_ins.filter(ended_at=None).update(ended_at=now, end=why)
    return is_in
