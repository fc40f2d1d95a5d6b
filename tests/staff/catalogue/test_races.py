"""Two managers at once: they take turns, and the second is told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory

from booking.models import DiscountCode, SurchargeRule
from staff.catalogue.parts import PARTS, Part
from staff.catalogue.services import ChangedMeanwhileError, opened_mark, save_row
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague
from totetaxi.lib.clock import now

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.postgresql,
]
ROUNDS = 5


def save(part: Part, who: StaffProfile, row_id, opened: str, typed: str) -> str:
    """What came of it: saved, told, or refused by the form."""
    try:
        form, _changed = save_row(
            who,
            part,
            QueryDict(typed),
            row_id,
            opened=opened,
            request=RequestFactory().post("/"),
            now=now(),
        )
    except ChangedMeanwhileError:
        return "told"
    finally:
        connection.close()
    return "refused" if form.errors else "saved"


def both(*calls) -> list[str]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(task.result() for task in [pool.submit(save, *call) for call in calls])


def test_of_two_who_change_a_row_one_is_told():
    make_catalogue()
    part, rule = PARTS["surcharge-rules"], SurchargeRule.objects.get(name="Weekend")
    people = [make_colleague(Role.MANAGER) for _ in range(2)]
    for round_ in range(1, ROUNDS + 1):
        rule.refresh_from_db()
        opened = opened_mark(part.form(instance=rule))
        calls = [
            (part, who, rule.pk, opened, f"name=Weekend&kind=weekend&percent={20 + 2 * round_ + n}")
            for n, who in enumerate(people)
        ]
        assert both(*calls) == ["saved", "told"]
        assert AuditLog.objects.count() == round_


def test_of_two_who_add_one_code_one_is_refused():
    make_catalogue()
    part = PARTS["discount-codes"]
    people = [make_colleague(Role.MANAGER) for _ in range(2)]
    for number in range(ROUNDS):
        calls = [(part, who, None, "", f"code=SPRING-{number}&percent=10") for who in people]
        assert both(*calls) == ["refused", "saved"]
    assert (DiscountCode.objects.count(), AuditLog.objects.count()) == (ROUNDS, ROUNDS)
