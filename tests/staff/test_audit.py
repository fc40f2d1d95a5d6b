"""The audit log: what a row holds, and that nobody changes one."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import RequestFactory

from staff.audit import WITHHELD, changed, record, record_opening
from staff.models import Action, AuditLog
from staff.permissions import Role
from tests.factories import make_booking, make_catalogue, make_colleague, make_customer

pytestmark = pytest.mark.django_db


def make_row() -> AuditLog:
    return record(make_colleague(), Action.SIGNED_IN, request=None)


def test_a_row_says_who_did_what_to_which_and_from_where():
    ada, cora = make_colleague(Role.ADMIN, "Ada Whitlock"), make_colleague(Role.VIEWER, "Cora")
    request = RequestFactory().post(
        "/", headers={"User-Agent": "Firefox/140", "X-Request-Id": "abc-1"}, REMOTE_ADDR="192.0.2.4"
    )
    row = record(
        ada,
        Action.CHANGED_ROLE,
        cora,
        before={"role": "viewer"},
        after={"role": "support"},
        request=request,
    )
    row.refresh_from_db()
    assert (row.actor, row.action, row.action_words) == (ada, "changed_role", "Changed a role")
    assert (row.object_type, row.object_id, row.object_label) == (
        "staff.staffprofile",
        str(cora.pk),
        "Cora",
    )
    assert (row.before, row.after) == ({"role": "viewer"}, {"role": "support"})
    assert (row.ip, row.user_agent, row.request_id) == ("192.0.2.4", "Firefox/140", "abc-1")


def test_rows_of_one_request_share_an_id_of_ours():
    request = RequestFactory().get("/", headers={"X-Request-Id": "x" * 65})
    ids = {record(None, Action.LOCKED, request=request).request_id for _ in range(2)}
    assert [len(each) for each in ids] == [32]


def test_values_are_plain_and_those_of_personal_fields_are_not_kept():
    values = {
        "contact_email": "claire@example.com",
        "contact_phone": "",
        "pickup_date": date(2026, 12, 5),
        "pickup_time": time(9),
        "percent": Decimal("15.00"),
        "items": 7,
        "codes": ("A", "B"),
    }
    row = record(None, Action.OPENED, after=values, request=None)
    assert row.after == {
        "contact_email": WITHHELD,
        "contact_phone": "",
        "pickup_date": "2026-12-05",
        "pickup_time": "09:00:00",
        "percent": "15.00",
        "items": 7,
        "codes": ["A", "B"],
    }


def test_a_booking_is_named_by_its_number_and_a_customer_by_nothing():
    make_catalogue()
    booking, customer, ada = make_booking(), make_customer(), make_colleague()
    rows = [
        record_opening(ada, each, request=RequestFactory().get("/")) for each in (booking, customer)
    ]
    assert [row.object_label for row in rows] == [booking.code, ""]
    assert [row.object_id for row in rows] == [str(booking.pk), str(customer.pk)]


def test_only_what_differs_is_kept():
    assert changed({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ({"b": 2}, {"b": 3})


def test_a_row_goes_with_the_change_it_tells_of():
    with transaction.atomic():
        make_row()
        transaction.set_rollback(True)
    assert AuditLog.objects.count() == 0


def test_the_database_refuses_to_change_or_delete_rows():
    row = make_row()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditLog.objects.filter(pk=row.pk).update(action="nothing")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditLog.objects.all()._raw_delete("default")
    assert AuditLog.objects.get().action == "signed_in"


def test_whom_the_log_names_cannot_be_deleted():
    row = make_row()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.actor.user.delete()


@pytest.mark.postgresql
def test_postgresql_refuses_to_empty_the_table():
    make_row()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE staff_auditlog")
    assert AuditLog.objects.count() == 1
