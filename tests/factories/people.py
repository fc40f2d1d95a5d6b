from itertools import count
from typing import Any

from accounts.models import CustomerProfile, User
from booking.models import Draft
from staff.models import StaffProfile
from staff.permissions import Role

_number = count(1)


def make_customer(email: str = "", **fields: Any) -> User:
    """A customer with a profile; the password is `correct horse`."""
    email = email or f"customer{next(_number)}@example.com"
    user = User.objects.create_user(email, "correct horse", name="Claire Ellery", **fields)
    CustomerProfile.objects.create(user=user, phone="+12125550171")
    return user


def make_staff(role: Role = Role.ADMIN, email: str = "") -> User:
    """Somebody of the staff; the password is `correct horse`."""
    email = email or f"staff{next(_number)}@totetaxi.example"
    user = User.objects.create_user(email, "correct horse", name="Sam Porter", is_staff=True)
    StaffProfile.objects.create(user=user, role=role)
    return user


def make_draft(**fields: Any) -> Draft:
    return Draft.objects.create(**fields)
