"""Who is in the demo. All of them are invented; 555-01xx numbers and example.com reach nobody."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import CustomerProfile, User
from staff.models import StaffProfile
from staff.permissions import Role
from totetaxi.lib.actor import GUEST, Actor, ActorKind
from totetaxi.lib.clock import today
from totetaxi.management.demo_people import CUSTOMERS, PASSWORD, SHOWCASE, STAFF

CUSTOMER_COUNT = 25
DEPARTMENTS = {
    Role.ADMIN: "Management",
    Role.MANAGER: "Management",
    Role.COORDINATOR: "Dispatch",
    Role.SUPPORT: "Concierge",
    Role.VIEWER: "Bookkeeping",
}
FIRST_NAMES = (
    "Amelia Beatrix Caleb Delphine Elias Fiona Graham Harriet Imogen Jasper Katherine Leopold "
    "Margaux Nathaniel Odette Percy Quentin Rosalind Sebastian Theodora Ursula Vivian Winston "
    "Yasmin Zachary Anders Bianca Cyrus Daphne Emeka Farah Gideon Hana Ignacio Josephine Kofi "
    "Lucia Mateo Noor Ophelia"
).split()
LAST_NAMES = (
    "Abernathy Bellamy Castellanos Drummond Eastwick Fairbanks Goldberg Hathaway Iyer Jennings "
    "Kowalski Lefebvre Montague Nakagawa Oyelaran Pemberton Quigley Rosenthal Sandoval Thackeray "
    "Underhill Vandermeer Wexler Yoon Zimmerman Ashworth Brightwater Coates Delacroix Ellison"
).split()
AREA_CODES = ("212", "646", "917", "631", "718")


@dataclass(frozen=True)
class Visitor:
    """Somebody who books; a guest has no account."""

    name: str
    email: str
    phone: str
    user_id: UUID | None = None

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.CUSTOMER, self.user_id) if self.user_id else GUEST


@dataclass(frozen=True)
class Team:
    """The staff who appear in the bookings' histories."""

    manager: Actor
    coordinator: Actor
    support: Actor


class People:
    """Draws who books: every other time somebody with an account, else a guest.

    The first customer is the showcase, who has a story of their own and is never drawn.
    """

    def __init__(self, rng: random.Random, customers: list[Visitor], guests: list[Visitor]) -> None:
        self.rng, self.guests = rng, guests
        self.showcase, *self.customers = customers

    def draw(self, *, guest: bool = False) -> Visitor:
        with_account = not guest and self.rng.random() < 0.55
        return self.rng.choice(self.customers if with_account else self.guests)


def make_team(now: datetime) -> Team:
    """The staff's accounts, one for each role. Accounts that exist already are kept."""
    password = make_password(PASSWORD)
    actors = {}
    for place, person in enumerate(STAFF):
        role = person.role or Role.VIEWER
        user, made = User.objects.get_or_create(
            email=person.email,
            defaults={
                "name": person.name,
                "password": password,
                "is_staff": True,
                "is_superuser": role == Role.ADMIN,
                "date_joined": now - timedelta(days=900 - 90 * place),
            },
        )
        if made:
            StaffProfile.objects.create(
                user=user,
                role=role,
                phone=f"+1212555018{place}",
                department=DEPARTMENTS[role],
                hire_date=today(user.date_joined),
            )
        actors[role] = Actor(ActorKind.STAFF, user.pk)
    return Team(
        manager=actors[Role.MANAGER],
        coordinator=actors[Role.COORDINATOR],
        support=actors[Role.SUPPORT],
    )


def make_people(rng: random.Random, now: datetime) -> People:
    """Customers with accounts, saved, and guests, who leave no row of their own."""
    strangers = [
        Visitor(f"{first} {last}", f"{first}.{last}@example.com".lower(), _phone(rng))
        for first, last in product(FIRST_NAMES, LAST_NAMES)
    ]
    rng.shuffle(strangers)
    known = [Visitor(person.name, person.email, _phone(rng)) for person in CUSTOMERS]
    wanted = [*known, *strangers][:CUSTOMER_COUNT]
    guests = strangers[CUSTOMER_COUNT - len(known) :]
    there = {user.email: user for user in User.objects.filter(email__in=[v.email for v in wanted])}
    password = make_password(PASSWORD)
    new = [
        User(
            email=visitor.email,
            name=visitor.name,
            password=password,
            date_joined=now
            - (
                timedelta(days=760)
                if visitor.email == SHOWCASE.email
                else timedelta(days=rng.randint(100, 700), minutes=rng.randint(0, 1439))
            ),
        )
        for visitor in wanted
        if visitor.email not in there
    ]
    User.objects.bulk_create(new)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in new
    )
    phones = {visitor.email: visitor.phone for visitor in wanted}
    CustomerProfile.objects.bulk_create(
        CustomerProfile(user=user, phone=phones[user.email]) for user in new
    )
    ids = {email: user.pk for email, user in there.items()} | {user.email: user.pk for user in new}
    customers = [
        Visitor(visitor.name, visitor.email, visitor.phone, ids[visitor.email])
        for visitor in wanted
    ]
    return People(rng, customers, guests)


def _phone(rng: random.Random) -> str:
    return f"+1{rng.choice(AREA_CODES)}555{rng.randint(100, 199):04d}"
