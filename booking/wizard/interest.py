"""ZIPs while they are typed, and people who would book if we came to theirs."""

from __future__ import annotations

from dataclasses import dataclass

from booking.models import ServiceInterest
from booking.pricing.zones import find_zone, normal_zip
from booking.wizard.panel import short_area
from booking.wizard.visit import Visit
from totetaxi.lib.ratelimit import Limit

ZIP_FIELDS = ("pickup_zip", "delivery_zip")
# One sender leaves so many addresses, wherever on the site.
INTERESTS = Limit("interests", times=20, seconds=3600)


@dataclass(frozen=True, slots=True)
class Unserved:
    """A ZIP that we do not serve. `near`: served areas whose ZIPs begin like it."""

    zip: str
    near: tuple[str, ...]


def zip_notes(visit: Visit) -> dict[str, str]:
    """The area of each served ZIP that was typed, by field."""
    found = {}
    for name in ZIP_FIELDS:
        zone = find_zone(visit.answers.get(name), visit.book)
        if zone:
            found[name] = short_area(zone.area)
    return found


def unserved_zip(visit: Visit) -> Unserved | None:
    """The first whole ZIP that was typed and is not served."""
    for name in ZIP_FIELDS:
        code = normal_zip(visit.answers.get(name, ""))
        if code and code not in visit.book.zones:
            near = {
                zone.area for served, zone in visit.book.zones.items() if served[:3] == code[:3]
            }
            return Unserved(code, tuple(sorted(near)))
    return None


def record_interest(*, email: str, zip_code: str) -> bool:
    """Keep an e-mail for the day on which a ZIP opens; False where it was kept before."""
    _row, created = ServiceInterest.objects.get_or_create(email=email.lower(), zip=zip_code)
    return created
