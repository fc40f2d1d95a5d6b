"""Who can sign in to the demo: `seed_demo` makes these accounts, `demo` says so."""

from dataclasses import dataclass

from staff.permissions import Role

PASSWORD = "demo-totetaxi"  # noqa: S105  of accounts that exist in demo data only


@dataclass(frozen=True)
class Person:
    """An account of the demo; a customer has no role."""

    email: str
    name: str
    role: Role | None = None


STAFF = (
    Person("admin@totetaxi.example", "Ada Whitlock", Role.ADMIN),
    Person("manager@totetaxi.example", "Miles Okafor", Role.MANAGER),
    Person("coordinator@totetaxi.example", "Cora Lindqvist", Role.COORDINATOR),
    Person("support@totetaxi.example", "Sam Duarte", Role.SUPPORT),
    Person("viewer@totetaxi.example", "Vera Nakamura", Role.VIEWER),
)
# The customer to look at: address book, cards, and bookings in every state over two years.
SHOWCASE = Person("claire@totetaxi.example", "Claire Ellery")
CUSTOMERS = (
    SHOWCASE,
    Person("charlotte@example.com", "Charlotte Ames"),
    Person("julian@example.com", "Julian Reyes"),
    Person("priya@example.com", "Priya Banerjee"),
)
