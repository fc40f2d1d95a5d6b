"""How often one sender may do something. Counts live in the shared cache, in fixed windows.

The limits are soft: requests at the very same moment may be counted as one. They keep guessing
and flooding out; nothing that must never happen rests on them.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Limit:
    """At most `times` in each window of `seconds`, for each key. `name` keeps limits apart."""

    name: str
    times: int
    seconds: int

    def is_reached(self, key: str, *, now: datetime) -> bool:
        """True when `key` has used up its window. Counts nothing."""
        return int(cache.get(self._slot(key, now), 0)) >= self.times

    def count(self, key: str, *, now: datetime) -> None:
        """Note one more time for `key`."""
        slot = self._slot(key, now)
        cache.set(slot, int(cache.get(slot, 0)) + 1, timeout=self.seconds)

    def take(self, key: str, *, now: datetime) -> bool:
        """Count one more time for `key`; False, and nothing counted, when its window is full."""
        if self.is_reached(key, now=now):
            return False
        self.count(key, now=now)
        return True

    def _slot(self, key: str, now: datetime) -> str:
        # The key may be an e-mail address: the cache holds its hash alone.
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        return f"limit:{self.name}:{digest}:{int(now.timestamp()) // self.seconds}"


def client_ip(request: HttpRequest) -> str:
    """The sender's address, as our own proxies saw it; an IPv6 sender is its /64 network.

    Only the last `TRUSTED_PROXIES` entries of X-Forwarded-For were written by us: the one before
    them is the sender. Whatever stands further left is the sender's own claim.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies and hops[-proxies]:
        address = hops[-proxies]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
