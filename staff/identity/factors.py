"""Second factors of the staff, kept as allauth's Authenticators: app, passkeys, recovery codes.

allauth's ceremonies read the current request by themselves (`allauth.core.context`).
"""

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    clear_totp_secret,
    get_totp_secret,
    validate_totp_code,
)
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User

_Type = Authenticator.Type
NOT_A_DIGIT = re.compile(r"\D")
# One period of thirty seconds, and one before and after it; and a little more.
CODE_GOOD_SECONDS = 120


@dataclass(frozen=True)
class Factors:
    """What a person can show besides the password."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes: Authenticator | None

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def unused_codes(self) -> list[str]:
        """The recovery codes that still open."""
        return list(self.codes.wrap().get_unused_codes()) if self.codes else []

    @property
    def may_remove_one(self) -> bool:
        """The last one stays: nobody is left without any by mistake."""
        return len(self.passkeys) + (self.app is not None) > 1


def factors_of(user: User) -> Factors:
    """The second factors of a person, as stored."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    return Factors(
        app=_first(rows, _Type.TOTP),
        passkeys=tuple(row for row in rows if row.type == _Type.WEBAUTHN),
        codes=_first(rows, _Type.RECOVERY_CODES),
    )


def _first(rows: Iterable[Authenticator], kind: str) -> Authenticator | None:
    return next((row for row in rows if row.type == kind), None)


def check_code(factors: Factors, typed: str, *, now: datetime) -> str:
    """The method that `typed` is a good code of, `totp` or `recovery_codes`; empty for neither.

    A code is good once. People type spaces and dashes.
    """
    code = NOT_A_DIGIT.sub("", typed)
    for factor in (factors.app, factors.codes):
        if factor is not None and code and factor.wrap().validate_code(code):
            _note_use(factor, now)
            return str(factor.type) if _spend(factor, code) else ""
    return ""


def _spend(factor: Authenticator, code: str) -> bool:
    """Whether a code is used for the first time. allauth forgets sooner than a code is over."""
    return bool(cache.add(f"staff-code:{factor.pk}:{code}", True, timeout=CODE_GOOD_SECONDS))


def passkey_request(user: User) -> str:
    """What the browser's passkey dialog needs, as JSON; remembers the challenge in the session."""
    return _plain(webauthn.begin_authentication(user))


def check_passkey(user: User, answer: Any, *, now: datetime) -> str:
    """`webauthn` where the browser's answer is from one of the person's passkeys, else empty."""
    try:
        webauthn.parse_authentication_response(answer)
        factor = webauthn.complete_authentication(user, answer)
    except (ValidationError, ValueError, TypeError, KeyError):
        return ""
    _note_use(factor, now)
    return str(factor.type)


def _note_use(factor: Authenticator, now: datetime) -> None:
    Authenticator.objects.filter(pk=factor.pk).update(last_used_at=now)


@dataclass(frozen=True)
class AppSetup:
    """What an authenticator app reads: a picture (a data address), or the key typed in."""

    picture: str
    key: str


def app_setup(user: User, *, anew: bool) -> AppSetup:
    """The key that waits in the session for its first code; another one with `anew`."""
    key = get_totp_secret(regenerate=anew)
    adapter = get_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(user, key))
    picture = base64.b64encode(svg.encode()).decode()
    words = " ".join(key[start : start + 4] for start in range(0, len(key), 4))
    return AppSetup(f"data:image/svg+xml;base64,{picture}", words)


def add_app(request: HttpRequest, user: User, typed: str) -> bool:
    """Take the app whose first code was typed, in place of the one before; False for a wrong code.

    The code is spent: it does not sign in as well.
    """
    code = NOT_A_DIGIT.sub("", typed)
    key = get_totp_secret()
    if not validate_totp_code(key, code):
        return False
    Authenticator.objects.filter(user=user, type=_Type.TOTP).delete()
    factor = TOTP.activate(user, key)
    _spend(factor.instance, code)
    clear_totp_secret(request)
    return True


def passkey_creation(user: User) -> str:
    """What the browser needs to make a passkey, as JSON; remembers the challenge in the session."""
    return _plain(webauthn.begin_registration(user, passwordless=False))


def add_passkey(user: User, name: str, answer: Any) -> Authenticator | None:
    """Keep a new passkey under a name; None where the browser's answer does not fit."""
    try:
        webauthn.parse_registration_response(answer)
        webauthn.complete_registration(answer)
    except (ValidationError, ValueError, TypeError, KeyError):
        return None
    return webauthn.WebAuthn.add(user, name, answer).instance


def _plain(options: dict[str, Any]) -> str:
    """fido2's options are mappings within mappings."""
    return json.dumps(options["publicKey"], default=dict)


def make_recovery_codes(user: User) -> None:
    """Recovery codes in place of all before."""
    Authenticator.objects.filter(user=user, type=_Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)


def remove_all(user: User) -> list[str]:
    """Forget every factor of a person; returns their kinds."""
    rows = Authenticator.objects.filter(user=user)
    kinds = sorted(rows.values_list("type", flat=True))
    rows.delete()
    return kinds
