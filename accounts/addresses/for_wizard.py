"""What the wizard asks of accounts: the signed-in customer's facts and saved addresses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from accounts.addresses.services import AddressFacts, AddressRefusedError, add_address
from accounts.models import SavedAddress, User
from accounts.profile.services import change_contact
from booking.wizard.people import Account, NewPlace, PlaceRefusedError, SavedPlace

PLACE = (
    "id",
    "label",
    "street",
    "unit",
    "city",
    "state",
    "zip",
    "has_doorman",
    "has_elevator",
    "access_notes",
)
NEW = tuple(NewPlace.__dataclass_fields__)


class CustomerAccounts:
    """The `AccountBook` of booking/wizard/people.py, on our tables."""

    def find_account(self, customer_id: UUID) -> Account | None:
        """The customer, and their addresses with the default first: one query, a row for each."""
        rows = list(
            User.objects.filter(pk=customer_id)
            .order_by(
                F("saved_addresses__is_default").desc(nulls_last=True),
                F("saved_addresses__used_at").desc(nulls_last=True),
                "saved_addresses__created_at",
            )
            .values_list(
                "name",
                "email",
                "customer_profile__phone",
                *(f"saved_addresses__{name}" for name in PLACE),
            )
        )
        if not rows:
            return None
        name, email, phone, *_place = rows[0]
        places = [dict(zip(PLACE, row[3:], strict=True)) for row in rows if row[3] is not None]
        return Account(
            id=customer_id,
            name=name,
            email=email,
            phone=phone or "",
            places=tuple(SavedPlace(**place) for place in places),
        )

    def save_place(self, customer_id: UUID, place: NewPlace) -> None:
        """Keep a new address. Raises PlaceRefusedError."""
        facts = AddressFacts(**{name: getattr(place, name) for name in NEW})
        try:
            add_address(customer_id, facts)
        except AddressRefusedError as refused:
            raise PlaceRefusedError(str(refused)) from refused

    def mark_used(self, customer_id: UUID, place_ids: list[UUID], now: datetime) -> None:
        """Remember which addresses were chosen last."""
        if place_ids:
            mine = Q(user_id=customer_id, pk__in=place_ids)
            SavedAddress.objects.filter(mine).update(used_at=now)

    def change_contact(self, customer_id: UUID, *, name: str, phone: str) -> None:
        """Keep what the customer typed as their name and phone (E.164)."""
        change_contact(User.objects.get(pk=customer_id), name=name, phone=phone)
