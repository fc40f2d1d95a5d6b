"""A number without gaps for each, a file that never changes, and nothing lost with the storage."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from booking.models import Booking, Counter, Document
from booking.models.document import documents_storage
from booking.services.documents import (
    DocumentStorageError,
    claim_document,
    hash_of,
    read_document,
    store_document,
)
from tests.factories import make_booking, make_catalogue, make_staff
from totetaxi.lib.actor import SYSTEM, actor_of

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
RECEIPT, INVOICE = Document.Kind.RECEIPT, Document.Kind.INVOICE


@pytest.fixture
def booking(db: None) -> Booking:
    make_catalogue()
    return make_booking()


@pytest.fixture(params=["Deaf", "Forgetful", "Forging"])
def failing(request: pytest.FixtureRequest, settings: LazySettings) -> str:
    """A storage that takes nothing, gives nothing, or gives something else."""
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {"BACKEND": f"tests.booking.services.storages.{request.param}"},
    }
    name: str = request.param
    return name


def claim(booking: Booking, facts: str, kind: Document.Kind = RECEIPT) -> Document:
    with transaction.atomic():
        return claim_document(booking, kind, facts_hash=hash_of(facts), by=SYSTEM, now=NOW)


def issue(booking: Booking, facts: str, kind: Document.Kind = RECEIPT) -> Document:
    document = claim(booking, facts, kind)
    return document if document.size else store_document(document, facts.encode(), now=NOW)


def test_each_kind_counts_by_itself(booking: Booking):
    other = make_booking()
    codes = [
        issue(one, "facts", kind).code for one in (booking, other) for kind in (RECEIPT, INVOICE)
    ]
    assert codes == ["R-000001", "I-000001", "R-000002", "I-000002"]


def test_same_facts_are_the_same_row_and_others_a_revision(booking: Booking):
    first = issue(booking, "one")
    assert issue(booking, "one") == first
    second, third = issue(booking, "two"), issue(booking, "one")
    assert [one.code for one in (first, second, third)] == ["R-000001", "R-000001-2", "R-000001-3"]
    assert [read_document(one) for one in (first, second, third)] == [b"one", b"two", b"one"]


def test_who_issued_it_is_kept(booking: Booking):
    staff = make_staff()
    with transaction.atomic():
        document = claim_document(booking, RECEIPT, facts_hash="x", by=actor_of(staff), now=NOW)
    assert (document.issued_by, document.issued_at) == (staff, NOW)


def test_open_pages_learn_that_it_is_stored(booking: Booking):
    later = NOW + timedelta(days=900)
    store_document(claim(booking, "one"), b"one", now=later)
    assert Booking.objects.get().updated_at == later


def test_claim_that_is_rolled_back_takes_its_number_back(booking: Booking):
    with transaction.atomic():
        claim(booking, "one")
        transaction.set_rollback(True)
    assert (Document.objects.count(), Counter.objects.filter(name="receipt").count()) == (0, 0)
    assert issue(booking, "one").number == 1


def test_storage_that_fails_is_told_in_words(booking: Booking, failing: str):
    with pytest.raises(DocumentStorageError) as refused:
        read_document(issue(booking, "one"))
    assert refused.value.sentence == (
        "The file cannot be had right now. Please try again in a few minutes."
    )


def test_next_try_writes_the_file_under_the_same_number(booking: Booking, settings: LazySettings):
    well = settings.STORAGES
    deaf = {"BACKEND": "tests.booking.services.storages.Deaf"}
    settings.STORAGES = {**well, "documents": deaf}
    with pytest.raises(DocumentStorageError):
        issue(booking, "one")
    assert Document.objects.stored().count() == 0
    settings.STORAGES = well
    assert (issue(booking, "one").code, Document.objects.count()) == ("R-000001", 1)


def test_row_without_a_file_is_taken_over_when_its_facts_change(booking: Booking):
    claim(booking, "one")
    document = issue(booking, "two")
    assert (document.code, Document.objects.count()) == ("R-000001", 1)
    assert read_document(document) == b"two"


def test_two_that_store_at_once_keep_the_first_file(booking: Booking):
    document = claim(booking, "one")
    first = store_document(document, b"one", now=NOW)
    second = store_document(document, b"late", now=NOW)
    assert (second.file.name, read_document(second)) == (first.file.name, b"one")
    folder = f"receipt/{document.pk}"
    assert len(documents_storage().listdir(folder)[1]) == 1


def test_file_of_facts_that_changed_meanwhile_is_dropped(booking: Booking):
    stale = claim(booking, "one")
    claim(booking, "two")
    with pytest.raises(DocumentStorageError):
        store_document(stale, b"one", now=NOW)
    assert documents_storage().listdir(f"receipt/{stale.pk}")[1] == []
    assert issue(booking, "two").code == "R-000001"


@pytest.mark.django_db(transaction=True)
def test_storing_within_somebody_elses_transaction_is_a_mistake():
    make_catalogue()
    document = claim(make_booking(), "one")
    with pytest.raises(RuntimeError), transaction.atomic():
        store_document(document, b"one", now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 5},
        {"sha256": "x"},
        {"file": "receipt/x.pdf"},
        {"kind": "photo"},
    ],
)
def test_database_refuses_what_cannot_be(booking: Booking, wrong: dict[str, object]):
    document = claim(booking, "one")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**wrong)


def test_database_refuses_a_second_number_for_a_booking(booking: Booking):
    claim(booking, "one")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(
            booking=booking, kind=RECEIPT, number=9, facts_hash="x", issued_at=NOW
        )
