"""A request as JSON, and its answer: what `manage.py quote` speaks and bookings store.

Beyond what `validate.py` decides: a key that is `null` counts as left out; an unknown key is
refused, so that a slip is not priced as if it had not been said. Types are exact: `true` is no
count, `10.0` and `"10"` are none, `1` is no yes. Dates are `YYYY-MM-DD`, times `HH:MM`; `as_of`
is an ISO 8601 date and time, in New York where it names no zone.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from booking.pricing.engine import quote
from booking.pricing.types import NOTHING, PriceBook, Quote, Refused, Request
from booking.pricing.words import Refusal, gettext_noop, refusal
from totetaxi.lib.clock import NEW_YORK

DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
TIME = re.compile(r"([0-9]{2}):([0-9]{2})")
# Far from the ends of the calendar, where adding days or changing zones would overflow.
YEARS = range(2000, 2200)

# A request that is no object, or a line that is no JSON, has no key of its own to be told under.
WHOLE = "request"

Found = tuple[str, Refusal]


def answer_json(
    raw: object, book: PriceBook, now: datetime, *, closed: Mapping[date, str] = NOTHING
) -> dict[str, Any]:
    """The lines of a request given as JSON, or its errors by key; `as_of` overrides `now`."""
    if not isinstance(raw, dict):
        return refused_json(
            Refused(((WHOLE, refusal("malformed", gettext_noop("Send one object."))),))
        )
    request, as_of, wrong = parse_request(raw)
    answer = quote(request, book, as_of or now, closed=closed)
    if isinstance(answer, Quote) and not wrong:
        return quote_json(answer)
    told = {key for key, _refusal in wrong}
    if "as_of" in told:
        # Without the moment of asking, no day can be judged.
        told |= {"pickup_date", "pickup_time", "discount_code"}
    if "service" in told:
        told |= {"package", "items", "specialty"}
    more = answer.refusals if isinstance(answer, Refused) else ()
    return refused_json(Refused((*wrong, *(found for found in more if found[0] not in told))))


def quote_json(answer: Quote) -> dict[str, Any]:
    """`{"lines": [...], "subtotal_cents": ..., "total_cents": ..., "payable_online": ...}`."""
    return {
        "lines": [
            {"code": str(line.code), "label": line.label, "amount_cents": line.amount_cents}
            for line in answer.lines
        ],
        "subtotal_cents": answer.subtotal_cents,
        "total_cents": answer.total_cents,
        "payable_online": answer.payable_online,
    }


def refused_json(answer: Refused) -> dict[str, Any]:
    """`{"errors": {"pickup_date": ["..."]}}`."""
    return {
        "errors": {
            key: [str(refused) for refused in refusals] for key, refusals in answer.by_key().items()
        }
    }


def request_json(request: Request) -> dict[str, Any]:
    """A request as it is stored with its booking; `parse_request` reads it back."""
    return {
        "service": request.service,
        "package": request.package,
        "items": request.items,
        "specialty": dict(request.specialty),
        "packing": request.packing,
        "unpacking": request.unpacking,
        "organizing": request.organizing,
        "coi": request.coi,
        "pickup_date": request.pickup_date.isoformat() if request.pickup_date else None,
        "pickup_time": f"{request.pickup_time:%H:%M}" if request.pickup_time else None,
        "pickup_zip": request.pickup_zip,
        "delivery_zip": request.delivery_zip,
        "discount_code": request.discount_code,
    }


def parse_request(raw: Mapping[str, Any]) -> tuple[Request, datetime | None, tuple[Found, ...]]:
    """The request, the moment it is asked (None: now), and the keys that could not be read."""
    read: dict[str, Any] = {}
    wrong: list[Found] = []
    for key, value in raw.items():
        reader = READERS.get(key)
        if reader is None:
            text = gettext_noop("Unknown key. Check its spelling, or leave it out.")
            wrong.append((key, refusal("unknown", text)))
        elif value is not None:
            try:
                read[key] = reader(value)
            except _UnreadableError as error:
                wrong.append((key, error.refusal))
    as_of = read.pop("as_of", None)
    return Request(**read), as_of, tuple(wrong)


class _UnreadableError(Exception):
    def __init__(self, text: str) -> None:
        self.refusal = refusal("malformed", text)
        super().__init__(text)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _UnreadableError(gettext_noop("Must be text in quotation marks."))
    return value


def _optional_text(value: object) -> str | None:
    return _text(value) or None


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _UnreadableError(gettext_noop("Must be a whole number."))
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise _UnreadableError(gettext_noop("Must be true or false."))
    return value


def _quantities(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _UnreadableError(gettext_noop("Must map item codes to quantities."))
    return {code: _whole(quantity) for code, quantity in value.items()}


def _date(value: object) -> date:
    found = DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise _UnreadableError(gettext_noop("Must be a date such as 2026-12-05."))


def _time(value: object) -> time:
    found = TIME.fullmatch(value) if isinstance(value, str) else None
    try:
        if found:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise _UnreadableError(gettext_noop("Must be a time such as 09:00."))


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise _UnreadableError(
            gettext_noop("Must be a date and time such as 2026-11-22T10:00:00-05:00.")
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=NEW_YORK)


READERS: Mapping[str, Callable[[object], Any]] = {
    "service": _text,
    "package": _optional_text,
    "items": _whole,
    "specialty": _quantities,
    "packing": _yes_or_no,
    "unpacking": _yes_or_no,
    "organizing": _yes_or_no,
    "coi": _yes_or_no,
    "pickup_date": _date,
    "pickup_time": _time,
    "pickup_zip": _text,
    "delivery_zip": _text,
    "discount_code": _optional_text,
    "as_of": _moment,
}
