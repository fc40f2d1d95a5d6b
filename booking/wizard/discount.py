"""A discount code at the review: kept when it may be used, else refused in the same few words."""

from __future__ import annotations

from booking.catalogue.words import translated
from booking.models import DiscountCode
from booking.pricing.discounts import normal_code
from booking.pricing.types import PartialQuote
from booking.services.create import ALL_ALIKE, code_refused
from booking.services.discounts import has_use_left
from booking.services.person import email_key, person_key
from booking.wizard.visit import Visit


def with_code(visit: Visit, typed: str) -> Visit:
    """The visit after a code was typed at the review; empty takes the code away."""
    code = normal_code(typed)
    answers = {"typed_code": typed, "discount_code": code} if code else {}
    return visit.with_answers(answers)


def without_code(visit: Visit) -> Visit:
    """The visit with the code as typed, but not used."""
    return visit.with_answers({"typed_code": visit.answers.get("typed_code", "")})


def refusal_in_price(price: PartialQuote) -> str:
    """Why the request's code takes nothing off; empty where it does, or there is none."""
    for refused in price.refused.by_key().get("discount_code", ()):
        return code_refused() if refused.code in ALL_ALIKE else translated(refused.sentence)
    return ""


def refusal_of_code(visit: Visit) -> str:
    """Why a code that was just typed may not be used, uses counted; empty where it may."""
    code = visit.answers.get("discount_code", "")
    refused = refusal_in_price(visit.price)
    if refused or not code:
        return refused
    email = visit.typed.get("who", {}).get("contact_email", "")
    customer_id = visit.draft.customer_id if visit.draft else None
    discount = DiscountCode.objects.filter(code=code).first()
    left = discount is not None and has_use_left(
        discount, person_key=person_key(customer_id, email), email_key=email_key(email)
    )
    return "" if left else code_refused()
