"""The tables of booking, one aggregate a file."""

from booking.models.alert import Alert, AlertKind, close_alert, raise_alert
from booking.models.booking import Booking, CoiState, Contact
from booking.models.catalogue import (
    CatalogueSeed,
    DeliveryRate,
    OrganizingService,
    Package,
    ServiceHours,
    ServiceZone,
    SpecialtyItem,
)
from booking.models.change_request import ChangeRequest
from booking.models.counter import Counter, next_number
from booking.models.discount import DiscountCode
from booking.models.document import Document
from booking.models.draft import Draft, StepReached
from booking.models.event import BookingEvent
from booking.models.interest import ServiceInterest
from booking.models.message import (
    MESSAGE_WORK,
    DeliveryLog,
    Message,
    MessageKind,
    OutboxMail,
    plan_message,
    without_secret,
)
from booking.models.note import Note
from booking.models.parts import Address, BookingItem, BookingLine, Leg
from booking.models.policy import PolicyKind, PolicySetting, PolicyText
from booking.models.redemption import DiscountRedemption
from booking.models.rules import BookingLimits, FeeRule, PeakDate, SurchargeRule
from booking.models.token import AccessToken, hash_token
from booking.models.vans import Day, Van, VanDay
from booking.models.versioned import CatalogueVersion

__all__ = [
    "MESSAGE_WORK",
    "AccessToken",
    "Address",
    "Alert",
    "AlertKind",
    "Booking",
    "BookingEvent",
    "BookingItem",
    "BookingLimits",
    "BookingLine",
    "CatalogueSeed",
    "CatalogueVersion",
    "ChangeRequest",
    "CoiState",
    "Contact",
    "Counter",
    "Day",
    "DeliveryLog",
    "DeliveryRate",
    "DiscountCode",
    "DiscountRedemption",
    "Document",
    "Draft",
    "FeeRule",
    "Leg",
    "Message",
    "MessageKind",
    "Note",
    "OrganizingService",
    "OutboxMail",
    "Package",
    "PeakDate",
    "PolicyKind",
    "PolicySetting",
    "PolicyText",
    "ServiceHours",
    "ServiceInterest",
    "ServiceZone",
    "SpecialtyItem",
    "StepReached",
    "SurchargeRule",
    "Van",
    "VanDay",
    "close_alert",
    "hash_token",
    "next_number",
    "plan_message",
    "raise_alert",
    "without_secret",
]
