"""What the list of payments is asked for. All of it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.wizard.answers import clean_text, typed_date
from payments.models import Payment

LONGEST_SEARCH = 100
# What a payment may have beside itself.
HAS = {
    "refund": _("Has a refund"),
    "decline": _("Has a declined card"),
    "dispute": _("Has a dispute"),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is asked for; what an address cannot mean is left out.

    `q` is a booking's number, or an id of ours or Stripe's. `since` and `until` are New York days
    on which the payments were begun.
    """

    q: str = ""
    status: str = ""
    method: str = ""
    has: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def are_set(self) -> bool:
        """Whether anything narrows the list."""
        return self != Filters()

    def query(self, **changes: Any) -> str:
        """The address after the question mark, of these filters with changes; empty for all."""
        wanted = replace(self, **changes)
        pairs = [(field.name, getattr(wanted, field.name)) for field in fields(wanted)]
        return urlencode([(name, str(value)) for name, value in pairs if value])


def read_filters(asked: QueryDict) -> Filters:
    """The filters of an address."""
    return Filters(
        q=" ".join(clean_text(asked.get("q", "")).split())[:LONGEST_SEARCH],
        status=_one_of(asked.get("status", ""), Payment.Status.values),
        method=_one_of(asked.get("method", ""), Payment.Method.values),
        has=_one_of(asked.get("has", ""), list(HAS)),
        since=typed_date(asked.get("since")),
        until=typed_date(asked.get("until")),
    )


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""
