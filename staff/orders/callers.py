"""Whoever calls: found among customers and guests, or somebody new."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from booking.wizard.forms.text import phone_for_people
from booking.wizard.people import ACCESS, PARTS, Account, SavedPlace, account_book
from staff.customers.queries import Guest, find_guests
from staff.customers.search import search_customers
from staff.orders.values import Values

MOST_FOUND = 6
FEWEST_LETTERS = 2


@dataclass(frozen=True, kw_only=True)
class Found:
    """Who may be meant. `was_asked`: something was searched for."""

    customers: list[User]
    guests: list[Guest]
    was_asked: bool


def find_callers(text: str) -> Found:
    """Customers by name, e-mail or phone, and guests by their bookings. At most two queries."""
    asked = " ".join(text.split())
    if len(asked) < FEWEST_LETTERS:
        return Found(customers=[], guests=[], was_asked=False)
    rows = search_customers(asked).filter(is_active=True).order_by("name", "email")
    return Found(
        customers=list(rows[:MOST_FOUND]),
        guests=find_guests(asked)[:MOST_FOUND],
        was_asked=True,
    )


def find_account(customer_id: str) -> Account | None:
    """A customer by the id that a form or an address names; None for nobody's, and for one whose
    account is closed. Two queries.
    """
    try:
        wanted = UUID(customer_id)
    except ValueError:
        return None
    if not User.objects.filter(pk=wanted, is_staff=False, is_active=True).exists():
        return None
    return account_book().find_account(wanted)


def with_account(values: Values, account: Account) -> Values:
    """The contact as the account has it. A phone that it lacks is as typed."""
    known = {
        "contact_name": account.name,
        "contact_email": account.email,
        "contact_phone": phone_for_people(account.phone) if account.phone else "",
    }
    return values | {name: text for name, text in known.items() if text}


def with_guest(values: Values, guest: Guest) -> Values:
    """The contact as a guest gave it at an earlier booking."""
    known = {
        "contact_name": guest.name,
        "contact_email": guest.email,
        "contact_phone": phone_for_people(guest.phone),
    }
    return values | {name: text for name, text in known.items() if text}


def with_saved(values: Values, leg: str, place: SavedPlace) -> Values:
    """A saved address at one end, with how to get in where nothing was typed about that."""
    mine = {f"{leg}_{part}" for part in PARTS}
    access = {f"{leg}_{part}" for part in ACCESS}
    kept = {name: text for name, text in values.items() if name not in mine}
    return kept | place.answers(leg) | ({} if access & kept.keys() else place.access(leg))
