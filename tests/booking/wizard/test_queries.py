"""Query counts and sizes that are kept (DECISIONS.md, 38). The session's read is one of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.booking.wizard.conftest import NOW
from tests.booking.wizard.visitor import ANSWERS, Visitor
from tests.factories import make_booking

LARGEST_PAGE = 40_000


def counted(client: Any, method: str, url: str, *args: Any, **options: Any) -> tuple[int, Any]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = getattr(client, method)(url, *args, **options)
    return len(queries), response


@pytest.fixture
def done(visitor: Visitor) -> Visitor:
    """A visitor who has answered everything; the process knows the prices."""
    return visitor.answer_before("review", what={"coi": "on"})


@pytest.mark.parametrize(
    ("step", "queries"), [("where", 2), ("what", 2), ("when", 3), ("who", 2), ("review", 2)]
)
def test_page_of_a_step_is_cheap_and_small(done: Visitor, step: str, queries: int) -> None:
    count, response = counted(done.client, "get", reverse(f"booking:{step}"))
    assert (response.status_code, count) == (200, queries)
    assert len(response.content) < LARGEST_PAGE


def test_first_page_asks_only_for_the_prices(visitor: Visitor) -> None:
    visitor.see("where")
    count, _response = counted(visitor.client, "get", reverse("booking:where"))
    assert count == 1


@pytest.mark.parametrize(
    ("step", "changed", "value", "queries"),
    [
        ("where", "delivery_zip", "11968", 3),
        ("what", "choice", "mini_move:full", 3),
        ("when", "pickup_date", "2026-12-05", 4),
        ("who", "contact_name", "C. Ellery", 3),
    ],
)
def test_price_preview_with_its_saving_is_cheap(
    done: Visitor, step: str, changed: str, value: str, queries: int
) -> None:
    data = {**ANSWERS[step], changed: value, "step": step, "changed": changed}
    count, response = counted(
        done.client, "post", reverse("booking:price"), data, headers={"HX-Request": "true"}
    )
    assert (response.status_code, count) == (200, queries)
    assert done.draft.typed[step][changed] == value


def test_calendar_stays_flat_as_bookings_grow(done: Visitor) -> None:
    for passed in range(12):
        make_booking(now=NOW, pickup_date=date(2026, 11, 24) + timedelta(days=passed))
    count, _response = counted(done.client, "get", reverse("booking:when"))
    assert count == 3


def test_session_is_written_once_and_not_with_each_change(visitor: Visitor) -> None:
    visitor.change("where", "pickup_zip")
    with CaptureQueriesContext(connection) as queries:
        visitor.change("where", "pickup_zip", pickup_zip="10019")
    written = [query["sql"] for query in queries if "UPDATE" in query["sql"]]
    assert [sql.split('"')[1] for sql in written] == ["booking_draft"]
