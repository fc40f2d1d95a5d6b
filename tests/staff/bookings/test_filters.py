"""What an address asks for, and that the list shows just that."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from booking.models import Alert, AlertKind, Booking, raise_alert
from staff.bookings.filters import USUAL_COLUMNS, Filters, read_filters
from tests.factories import make_booking, make_customer, next_weekday
from tests.factories.many import add_many_bookings
from totetaxi.lib.clock import now, today


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=claire",
        "status=pending&status=paid",
        "day=next7",
        "since=2026-12-01&until=2026-12-05",
        "service=mini_move&van=2&area=The+Hamptons&unpaid=1&attention=1",
        "sort=-total&columns=customer&columns=phone",
    ],
)
def test_filters_are_written_as_they_were_read(query: str) -> None:
    assert read_filters(QueryDict(query)).query() == query


def test_filters_leave_out_what_an_address_cannot_mean() -> None:
    wild = "status=lost&day=someday&since=x&service=rocket&van=-1&sort=--pickup&columns=secret"
    assert read_filters(QueryDict(wild)) == Filters(columns=USUAL_COLUMNS)
    assert read_filters(QueryDict("unpaid=yes&van=99999999999999&until=9999-99-99")) == Filters()


def test_a_day_by_name_wins_over_dates() -> None:
    asked = read_filters(QueryDict("day=today&since=2026-12-01"))
    assert asked.dates(date(2026, 11, 22)) == (date(2026, 11, 22), date(2026, 11, 22))


def test_filters_show_what_they_mean(listed) -> None:
    soon, later = next_weekday(now(), 3), next_weekday(now(), 15)
    petite = make_booking(pickup_date=soon)
    bags = make_booking(
        service="standard_delivery", package=None, items=3, pickup_date=later, pickup_zip="07030"
    )
    raise_alert(AlertKind.REQUEST, about="x", summary="Call them", booking=bags)
    raise_alert(AlertKind.REQUEST, about="y", summary="Was called", booking=petite)
    Alert.objects.filter(about="y").update(closed_at=now())
    Booking.objects.filter(pk=bags.pk).update(status="paid")
    queries = {
        "": [bags, petite],
        "day=next7": [petite],
        f"since={later}": [bags],
        f"until={soon}": [petite],
        "status=pending": [petite],
        "status=pending&status=paid": [bags, petite],
        "service=standard_delivery": [bags],
        "van=1": [bags, petite],
        "van=2": [],
        "area=The+Hamptons": [bags, petite],
        "area=Nowhere": [],
        "attention=1": [bags],
        "unpaid=1": [bags, petite],
        "q=claire+bags": [],
        "q=ellery+3+items": [bags],
    }
    assert {query: listed(query) for query in queries} == {
        query: [booking.number for booking in wanted] for query, wanted in queries.items()
    }


def test_deleted_booking_is_not_listed(listed) -> None:
    booking = make_booking()
    Booking.objects.filter(pk=booking.pk).update(deleted_at=now())
    assert listed("") == []


def test_search_finds_by_each_thing_that_is_said(listed) -> None:
    customer = make_customer("zoe@example.com")
    customer.name = "Zoë Ashworth"
    customer.save()
    wanted = make_booking(customer_id=customer.pk, contact_email=customer.email).number
    make_booking(contact_name="Somebody Else", contact_phone="+16465550123")
    said = (
        f"TT-{wanted:06d}", f"tt{wanted}", "zoe", "ZOË ash", "zoe@example.com",
        "(212) 555-0171", "+1 212 555 0171", "5550171",
    )  # fmt: skip
    found = {text: listed(f"q={text.replace('+', '%2B')}") for text in said}
    assert found == {text: [wanted] for text in said}


def test_search_takes_wildcards_and_quotes_as_letters(listed) -> None:
    make_booking()
    assert [listed(f"q={text}") for text in ("%25%25%25", "___", "'; drop", "a_b")] == [
        listed(""),  # signs alone are no words: they narrow nothing
        listed(""),
        [],
        [],
    ]


def test_short_word_is_the_beginning_of_one(listed) -> None:
    wanted = make_booking(contact_name="Bo Li").number
    assert (listed("q=bo"), listed("q=ig")) == ([wanted], [])


@pytest.mark.parametrize("sort", ["pickup", "number", "total", "customer"])
@pytest.mark.parametrize("way", ["", "-"])
def test_pages_go_through_everything_once_and_back(office, sort: str, way: str) -> None:
    rows = add_many_bookings(120)
    keys = {
        "pickup": lambda row: (row.pickup_at, row.number),
        "number": lambda row: row.number,
        "total": lambda row: (row.total_cents, row.number),
        "customer": lambda row: (row.sort_name, row.number),
    }
    wanted = [row.number for row in sorted(rows, key=keys[sort], reverse=bool(way))]
    pages, query = [], f"sort={way}{sort}"
    while query is not None:
        context = office.get(f"/staff/bookings/?{query}").context
        pages.append([row["number"] for row in context["page_rows"]])
        back, query = context["earlier"], context["later"]
    assert [number for page in pages for number in page] == wanted
    again = office.get(f"/staff/bookings/?{back}").context
    assert [row["number"] for row in again["page_rows"]] == pages[1]


def test_days_are_new_yorks(listed) -> None:
    booking = make_booking()
    day = booking.pickup_date
    assert listed(f"since={day}&until={day}") == [booking.number]
    after = day + timedelta(days=1)
    assert (listed(f"since={after}"), listed(f"until={day - timedelta(days=1)}")) == ([], [])
    assert day > today(now())
