"""What somebody says who calls."""

from uuid import uuid4

from tests.factories import next_weekday
from totetaxi.lib.clock import now as clock_now


def a_form(**changes: str) -> dict[str, str]:
    """All that a caller says: a Petite on a weekday, from Manhattan to East Hampton."""
    form = {
        "contact_name": "Julian Ashworth",
        "contact_email": "julian@ashworth.example",
        "contact_phone": "(212) 555-0136",
        "pickup_street": "340 West 57th Street",
        "pickup_city": "New York",
        "pickup_state": "NY",
        "pickup_zip": "10019",
        "delivery_street": "18 Egypt Lane",
        "delivery_city": "East Hampton",
        "delivery_state": "NY",
        "delivery_zip": "11937",
        "choice": "mini_move:petite",
        "items": "10",
        "pickup_date": next_weekday(clock_now()).isoformat(),
        "pickup_time": "09:00",
        "payment": "link",
        "hours": "72",
        "told_terms": "on",
        "form_id": str(uuid4()),
    }
    return {name: text for name, text in (form | changes).items() if text}
