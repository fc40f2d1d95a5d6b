from threading import Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from payments.models import StripeEvent
from totetaxi.lib import clock, queue

KIND = "payments.stripe_event"


@pytest.fixture(autouse=True)
def _kind(chore):
    queue.register(
        name=KIND, model="payments.StripeEvent", run="tests.totetaxi.queue.chores.run_nothing"
    )


def event(key: str) -> StripeEvent:
    return StripeEvent(id=key, type="t", payload={"a": 1}, livemode=False, received_at=clock.now())


@pytest.mark.django_db
def test_added_row_is_stored_whole_and_worked_off():
    assert queue.add(KIND, event("evt_1")) is True
    stored = StripeEvent.objects.get()
    assert (stored.pk, stored.payload, stored.work_state) == ("evt_1", {"a": 1}, "due")
    assert queue.run_pending() == 1
    assert StripeEvent.objects.get().work_state == "done"


@pytest.mark.django_db
def test_row_that_is_known_changes_nothing_and_hints_nobody():
    queue.add(KIND, event("evt_1"))
    queue.run_pending()
    assert queue.add(KIND, event("evt_1")) is False
    assert StripeEvent.objects.get().work_state == "done"
    assert OrmQ.objects.count() == 0


@pytest.mark.django_db
def test_hint_of_added_rows_is_coalesced_with_any_other():
    queue.hint(KIND)
    for number in range(3):
        queue.add(KIND, event(f"evt_{number}"))
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db
def test_unknown_kind_is_refused():
    with pytest.raises(LookupError):
        queue.add("tests.nothing", event("evt_1"))
    assert StripeEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_added_row_and_its_hint_are_undone_together():
    with transaction.atomic():
        queue.add(KIND, event("evt_1"))
        transaction.set_rollback(True)
    assert (StripeEvent.objects.count(), OrmQ.objects.count()) == (0, 0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_adding_is_one_statement_without_a_transaction_of_its_own():
    queue.add(KIND, event("evt_0"))
    with CaptureQueriesContext(connection) as queries:
        queue.add(KIND, event("evt_1"))
    assert len(queries) == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_hint_that_another_transaction_holds_is_not_waited_for():
    queue.hint(KIND)

    def add_elsewhere() -> None:
        queue.add(KIND, event("evt_1"))
        connection.close()

    with transaction.atomic():
        OrmQ.objects.select_for_update().get()
        other = Thread(target=add_elsewhere)
        other.start()
        other.join(timeout=10)
        assert not other.is_alive()
    assert (StripeEvent.objects.count(), OrmQ.objects.count()) == (1, 2)
