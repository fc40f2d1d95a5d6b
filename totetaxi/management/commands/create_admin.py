"""`manage.py create_admin`: the first person of a new installation."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from staff.models import StaffProfile
from staff.permissions import Role

PASSWORD_VARIABLE = "ADMIN_PASSWORD"  # noqa: S105  the name of it


class Command(BaseCommand):
    help = (
        "Makes an account of the staff with the role admin, who can then invite the others. "
        f"The password is asked for, or taken from {PASSWORD_VARIABLE}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="as it is shown to colleagues")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        refuse_unusable(email)
        user = User(email=email, name=options["name"].strip(), is_staff=True, is_superuser=True)
        user.set_password(read_password(user))
        with transaction.atomic():
            user.save(force_insert=True)
            StaffProfile.objects.create(user=user, role=Role.ADMIN)
        self.stdout.write(f"{email} is an admin now.")


def refuse_unusable(email: str) -> None:
    """Raise CommandError for what is no e-mail, and for one that has an account.

    No account is both a customer's and the staff's.
    """
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{email} is no e-mail address.") from error
    known = User.objects.filter(email=email).first()
    if known is not None and known.is_staff:
        raise CommandError(f"{email} belongs to the staff already.")
    if known is not None:
        raise CommandError(f"{email} is a customer's: staff need an e-mail of their own.")


def read_password(user: User) -> str:
    """A good password, from the environment or the keyboard. Raises CommandError."""
    password = os.environ.get(PASSWORD_VARIABLE) or ask_password()
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password


def ask_password() -> str:
    """Ask for it twice. Raises CommandError when the two differ."""
    password = getpass("Password: ")
    if getpass("Again: ") != password:
        raise CommandError("The two passwords differ.")
    return password
