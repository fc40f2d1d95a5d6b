"""Who does something: passed as `by=` to every service that writes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class ActorKind(StrEnum):
    """On which side of the house somebody stands."""

    GUEST = "guest"
    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """A kind, and the account where there is one."""

    kind: ActorKind
    user_id: UUID | None = None


SYSTEM = Actor(ActorKind.SYSTEM)
GUEST = Actor(ActorKind.GUEST)


def actor_of(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """The actor behind a request's user."""
    if not user.is_authenticated:
        return GUEST
    kind = ActorKind.STAFF if getattr(user, "is_staff", False) else ActorKind.CUSTOMER
    return Actor(kind, user.pk)
