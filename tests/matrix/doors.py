"""What each person must find behind a route: the words of the table of expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from staff.permissions import PERMISSIONS, Role


class Person(StrEnum):
    """Who asks. The owner and the other are customers; each has things of their own."""

    ANONYMOUS = "anonymous"
    LINK = "with the booking's link"
    OTHER = "another customer"
    OWNER = "the owner"
    VIEWER = Role.VIEWER
    SUPPORT = Role.SUPPORT
    COORDINATOR = Role.COORDINATOR
    MANAGER = Role.MANAGER
    ADMIN = Role.ADMIN


class Answer(StrEnum):
    """What a request came to."""

    OK = "let in"  # a page, a form with errors, a redirect within the site
    SIGN_IN = "sent to sign in"
    STAFF_SIGN_IN = "sent to the staff's sign-in"
    CONFIRM = "asked for the password again"
    NOT_FOUND = "404"
    FORBIDDEN = "403"
    WRONG_VERB = "405"
    BAD = "400"
    CRASH = "500"


STRANGERS = (Person.ANONYMOUS, Person.LINK)
CUSTOMERS = (Person.OTHER, Person.OWNER)
STAFF = tuple(Person(role.value) for role in Role)
READ = ("GET",)


@dataclass(frozen=True, kw_only=True)
class Door:
    """Who gets what at a route. `verbs` are those it knows; any other is 405, or refused as usual.

    `wrong_key`, where there is one, is what everybody gets with a token that opens nothing.
    `shown_to` are those whose pages may hold what the owner typed. `tried_as` spares time where
    hundreds of routes have one guard.
    """

    verbs: tuple[str, ...] = READ
    answers: Mapping[Person, Answer] = field(default_factory=dict)
    wrong_key: Answer | None = None
    shown_to: frozenset[Person] = frozenset({Person.OWNER})
    tried_as: tuple[Person, ...] = tuple(Person)

    def wanted(self, person: Person, verb: str) -> set[Answer]:
        """The answers that are right."""
        usual = self.answers[person]
        if verb == "HEAD":
            return self.wanted(person, "GET") | {Answer.WRONG_VERB}
        if verb in self.verbs:
            return {usual}
        # A verb that a page does not know may be refused before or after the person is.
        return {Answer.WRONG_VERB, Answer.NOT_FOUND} | ({usual} - {Answer.OK})

    def hides_from(self, person: Person) -> bool:
        """Whether a page that this person gets may not hold what the owner typed."""
        return person not in self.shown_to


def _answers(
    *, strangers: Answer, customers: Answer, staff: Answer, **some: Answer
) -> dict[Person, Answer]:
    found = dict.fromkeys(STRANGERS, strangers)
    found |= dict.fromkeys(CUSTOMERS, customers) | dict.fromkeys(STAFF, staff)
    return found | {Person[name.upper()]: answer for name, answer in some.items()}


def public(*verbs: str) -> Door:
    """Everybody's."""
    everybody = _answers(strangers=Answer.OK, customers=Answer.OK, staff=Answer.OK)
    return Door(verbs=verbs or READ, answers=everybody)


def portal(*verbs: str) -> Door:
    """A customer's page about themselves; staff find nothing."""
    answers = _answers(strangers=Answer.SIGN_IN, customers=Answer.OK, staff=Answer.NOT_FOUND)
    return Door(verbs=verbs or READ, answers=answers)


def nothing(*verbs: str, answer: Answer = Answer.NOT_FOUND) -> Door:
    """Nobody gets anything without a key, a body or a signature, which this request has not."""
    return Door(
        verbs=verbs or READ, answers=_answers(strangers=answer, customers=answer, staff=answer)
    )


def second_step() -> Door:
    """A step of signing in: strangers have not begun, whoever is signed in goes to the portal."""
    answers = _answers(strangers=Answer.SIGN_IN, customers=Answer.OK, staff=Answer.OK)
    return Door(verbs=("GET", "POST"), answers=answers)


def own(*verbs: str) -> Door:
    """A thing of one account: found by its owner alone."""
    answers = _answers(
        strangers=Answer.SIGN_IN,
        customers=Answer.NOT_FOUND,
        staff=Answer.NOT_FOUND,
        owner=Answer.OK,
    )
    return Door(verbs=verbs or READ, answers=answers)


def second_factor(*verbs: str, tried_as: tuple[Person, ...] = tuple(Person)) -> Door:
    """Wants a second factor: who has none is asked for the password instead."""
    answers = _answers(
        strangers=Answer.SIGN_IN,
        customers=Answer.CONFIRM,
        staff=Answer.NOT_FOUND,
        owner=Answer.OK,
    )
    return Door(verbs=verbs or READ, answers=answers, tried_as=tried_as)


def has_password(*verbs: str) -> Door:
    """For who has no password: the customers here have one, and are asked for it."""
    answers = _answers(strangers=Answer.SIGN_IN, customers=Answer.CONFIRM, staff=Answer.NOT_FOUND)
    return Door(verbs=verbs or READ, answers=answers)


def own_booking(*verbs: str) -> Door:
    """A booking's page: for its owner, and for the browser that came by its link."""
    answers = _answers(
        strangers=Answer.NOT_FOUND,
        customers=Answer.NOT_FOUND,
        staff=Answer.NOT_FOUND,
        owner=Answer.OK,
        link=Answer.OK,
    )
    shown_to = frozenset({Person.OWNER, Person.LINK})
    return Door(verbs=verbs or READ, answers=answers, shown_to=shown_to)


def bearer(*verbs: str) -> Door:
    """A private link: whoever has it is let in, and a wrong one opens nothing."""
    everybody = _answers(strangers=Answer.OK, customers=Answer.OK, staff=Answer.OK)
    return Door(
        verbs=verbs or READ,
        answers=everybody,
        wrong_key=Answer.NOT_FOUND,
        shown_to=frozenset(Person),
    )


def django_admin(*verbs: str, tried_as: tuple[Person, ...] = tuple(Person)) -> Door:
    """Django's admin: for admins alone."""
    answers = _answers(
        strangers=Answer.STAFF_SIGN_IN,
        customers=Answer.STAFF_SIGN_IN,
        staff=Answer.STAFF_SIGN_IN,
        admin=Answer.OK,
    )
    shown_to = frozenset({Person.OWNER, Person.ADMIN})
    return Door(verbs=verbs or READ, answers=answers, shown_to=shown_to, tried_as=tried_as)


def admin_login() -> Door:
    """Django's own sign-in leads to the staff's; who is signed in already is told no."""
    answers = _answers(
        strangers=Answer.STAFF_SIGN_IN,
        customers=Answer.STAFF_SIGN_IN,
        staff=Answer.FORBIDDEN,
        admin=Answer.OK,
    )
    return Door(verbs=("GET", "POST"), answers=answers)


def admin_logout() -> Door:
    """Ends a sign-in to the back office; for anybody else there is nothing to end."""
    answers = _answers(strangers=Answer.OK, customers=Answer.OK, staff=Answer.OK)
    answers[Person.ADMIN] = Answer.STAFF_SIGN_IN
    return Door(verbs=("GET", "POST"), answers=answers)


def kept_from_customers() -> Door:
    """A page of the staff whose roles have no row of their own yet."""
    answers = _answers(strangers=Answer.STAFF_SIGN_IN, customers=Answer.NOT_FOUND, staff=Answer.OK)
    return Door(verbs=(), answers=answers, tried_as=(*STRANGERS, *CUSTOMERS))


def back_office(permission: str | None, *verbs: str) -> Door:
    """A page of the staff: for who has the permission; None for all of them."""
    answers = _answers(
        strangers=Answer.STAFF_SIGN_IN, customers=Answer.NOT_FOUND, staff=Answer.FORBIDDEN
    )
    allowed = set(Role) if permission is None else PERMISSIONS[permission]
    answers |= {Person(role.value): Answer.OK for role in allowed}
    return Door(verbs=verbs or READ, answers=answers, shown_to=frozenset({Person.OWNER, *STAFF}))
