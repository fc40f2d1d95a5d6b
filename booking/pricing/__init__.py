"""What a booking costs. Pure: frozen values in, frozen values out; no Django, no database."""

from booking.pricing.codes import AddOn, FeeKind, LineCode, Service, SurchargeKind, ZoneKind
from booking.pricing.engine import price, quote, quote_days, quote_partial
from booking.pricing.refunds import CancellationPolicy, RefundShare, cancellation_refund
from booking.pricing.suggest import Suggestion, suggest_service
from booking.pricing.types import (
    CUSTOMER,
    Allowances,
    DayQuote,
    Line,
    PartialQuote,
    PriceBook,
    Quote,
    Refused,
    Request,
    Room,
)
from booking.pricing.words import Refusal, Sentence

__all__ = [
    "CUSTOMER",
    "AddOn",
    "Allowances",
    "CancellationPolicy",
    "DayQuote",
    "FeeKind",
    "Line",
    "LineCode",
    "PartialQuote",
    "PriceBook",
    "Quote",
    "RefundShare",
    "Refusal",
    "Refused",
    "Request",
    "Room",
    "Sentence",
    "Service",
    "Suggestion",
    "SurchargeKind",
    "ZoneKind",
    "cancellation_refund",
    "price",
    "quote",
    "quote_days",
    "quote_partial",
    "suggest_service",
]
