"""Who books in a busy house: thousands of accounts, and guests who leave no row of their own.

All of them are invented; 555-01xx numbers and example.com reach nobody.
"""

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password

from accounts.models import CustomerProfile, User
from totetaxi.management.demo_data.bulk_insert import insert_rows
from totetaxi.management.demo_data.bulk_plan import FIRST_DAY
from totetaxi.management.demo_data.people import FIRST_NAMES, LAST_NAMES, Visitor
from totetaxi.management.demo_people import CUSTOMERS, PASSWORD

WITH_ACCOUNT = 0.3
BOOKINGS_OF_AN_ACCOUNT = 5
BOOKINGS_OF_A_GUEST = 1.4
# Beside the names of the small demo, so that a search finds some and not a tenth of all.
MORE_FIRST_NAMES = (
    "Abigail Alistair Anika Arthur Astrid Augusta Barnaby Benedict Camila Cecily Clara Cormac "
    "Dahlia Dominic Edith Ezra Felicity Florian Gemma Gregor Helena Hugo Ines Isidore Jocasta "
    "Julian Kenji Lavinia Leonie Lorcan Mabel Magnus Marisol Nadia Niall Octavia Orlando Petra "
    "Philippa Raphael Renata Rufus Saskia Silvio Tabitha Tobias Valentina Wilhelmina Xavier Zora"
).split()
MORE_LAST_NAMES = (
    "Achterberg Bancroft Beaumont Carraway Cavendish Chaudhury Cortland Dunleavy Endicott "
    "Fitzgerald Gallagher Greenspan Haverford Hollander Ishikawa Jankowski Kensington Lathrop "
    "Lindgren Macallister Mehrotra Northcott Okonkwo Ostrander Papadakis Prendergast Ravenscroft "
    "Schuyler Silverstein Tillinghast Tremaine Uchida Van-Alstyne Verplanck Whitcombe Winthrop "
    "Yarborough Zielinski O'Malley D'Amico"
).split()


@dataclass(frozen=True)
class _Account:
    joined_at: datetime
    visitor: Visitor


class ManyPeople:
    """Draws who books at a moment: somebody whose account is older, or a guest."""

    def __init__(self, accounts: list[_Account], *, guests: int) -> None:
        self.accounts, self.guests = accounts, guests
        self.joined = [account.joined_at for account in accounts]

    def draw(self, rng: random.Random, made_at: datetime, *, guest: bool) -> Visitor:
        """Call it with whatever `made_at`; a guest's facts follow from a number alone."""
        known = bisect(self.joined, made_at)
        if not guest and known and rng.random() < WITH_ACCOUNT:
            return self.accounts[rng.randrange(known)].visitor
        return invent(rng.randrange(self.guests), "guest")


def invent(number: int, word: str) -> Visitor:
    """A person by number: always the same, and no two with one e-mail."""
    chance = random.Random(f"{word} {number}")  # noqa: S311  no secret
    first = chance.choice((*FIRST_NAMES, *MORE_FIRST_NAMES))
    last = chance.choice((*LAST_NAMES, *MORE_LAST_NAMES))
    local = f"{first}.{last}".lower().replace("'", "")
    phone = f"+1{chance.randint(201, 989)}555{chance.randint(100, 199):04d}"
    mark = number if word == "guest" else f"-{number}"
    return Visitor(f"{first} {last}", f"{local}{mark}@example.com", phone)


def make_many_people(bookings: int, *, now: datetime, rng: random.Random) -> ManyPeople:
    """Accounts enough for so many bookings; those that exist already are kept."""
    wanted = max(int(bookings * WITH_ACCOUNT / BOOKINGS_OF_AN_ACCOUNT), len(CUSTOMERS))
    visitors = dict(_account_holders(wanted, now=now, rng=rng))
    there = dict(
        User.objects.filter(is_staff=False).values_list("email", "pk").iterator(chunk_size=5000)
    )
    password = make_password(PASSWORD)
    new = [
        User(email=visitor.email, name=visitor.name, password=password, date_joined=joined_at)
        for visitor, joined_at in visitors.items()
        if visitor.email not in there
    ]
    phones = {visitor.email: visitor.phone for visitor in visitors}
    insert_rows(User, new)
    insert_rows(
        CustomerProfile,
        [
            CustomerProfile(
                user=user,
                phone=phones[user.email],
                created_at=user.date_joined,
                updated_at=user.date_joined,
            )
            for user in new
        ],
    )
    ids: dict[str, UUID] = there | {user.email: user.pk for user in new}
    accounts = [
        _Account(joined_at, Visitor(one.name, one.email, one.phone, ids[one.email]))
        for one, joined_at in visitors.items()
    ]
    accounts.sort(key=lambda account: account.joined_at)
    guests = int(bookings * (1 - WITH_ACCOUNT) / BOOKINGS_OF_A_GUEST)
    return ManyPeople(accounts, guests=max(guests, 1))


def _account_holders(
    count: int, *, now: datetime, rng: random.Random
) -> Iterator[tuple[Visitor, datetime]]:
    """Each with the moment of joining; those of the small demo, who can sign in, first."""
    first = now + timedelta(days=FIRST_DAY - 40)
    minutes = int((now - first).total_seconds() // 60)
    for number in range(count):
        visitor = invent(number, "account")
        if number < len(CUSTOMERS):
            person = CUSTOMERS[number]
            visitor = Visitor(person.name, person.email, visitor.phone)
        # A few at first, so that the oldest bookings have customers to choose among.
        early = number % 8 == 0
        yield visitor, first + timedelta(minutes=0 if early else rng.randrange(minutes))
