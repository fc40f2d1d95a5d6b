"""Guessing ends here, before anything is hashed: for one address, and for one account.

Accounts that do not exist are counted like those that do, so that a lock tells nothing.
"""

from datetime import datetime

from django.http import HttpRequest

from totetaxi.lib.ratelimit import Limit, client_ip

WINDOW_SECONDS = 15 * 60
FROM_ONE_ADDRESS = Limit("staff-sign-in-address", times=20, seconds=WINDOW_SECONDS)
FOR_ONE_ACCOUNT = Limit("staff-sign-in-account", times=5, seconds=WINDOW_SECONDS)


def is_locked(request: HttpRequest, email: str, *, now: datetime) -> bool:
    """Whether this sender, or this account, has to wait."""
    return FROM_ONE_ADDRESS.is_reached(client_ip(request), now=now) or FOR_ONE_ACCOUNT.is_reached(
        email, now=now
    )


def count_failure(request: HttpRequest, email: str, *, now: datetime) -> bool:
    """Note a wrong password or code; True when it was the one that locks the account."""
    FROM_ONE_ADDRESS.count(client_ip(request), now=now)
    FOR_ONE_ACCOUNT.count(email, now=now)
    return FOR_ONE_ACCOUNT.is_reached(email, now=now)
