"""Looking through the history: words, status, year and pages, by the address alone."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.portal.filters import Filters, read_filters
from accounts.portal.page import History
from booking.models import Booking
from booking.services.order import OrderAddress
from tests.accounts.portal.test_portal import URL, BookAs, copy_booking
from tests.factories import make_customer

PIER = OrderAddress(street="9 Long Wharf", city="Sag Harbor", state="NY", zip="11963")


def history(client: Client, **asked: Any) -> History:
    found: History = client.get(URL, asked or {"page": 1}).context["history"]
    return found


def codes(client: Client, **asked: Any) -> list[str]:
    return [line.code for line in history(client, **asked).lines]


@pytest.fixture
def three(past: BookAs, book: BookAs) -> list[Booking]:
    """To East Hampton in September 2026, to Sag Harbor in November 2025, and one ahead."""
    return [
        past(date(2026, 9, 8)),
        past(date(2025, 11, 3), delivery=PIER, delivery_zip=PIER.zip, pickup_time=time(10)),
        book(pickup_time=time(11)),
    ]


def test_history_lists_what_is_over_the_newest_first(
    signed_in: Client, three: list[Booking]
) -> None:
    assert codes(signed_in) == [three[0].code, three[1].code]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "sag harbor"}, [1]),
        ({"q": "Pondview"}, [2, 0]),
        ({"q": "11963"}, [1]),
        ({"q": "manhattan"}, [2, 0, 1]),
        ({"q": "mini  move"}, [2, 0, 1]),
        ({"q": "petite", "year": "2025"}, [1]),
        ({"q": "zebra"}, []),
        ({"q": "%"}, []),
        ({"status": "completed"}, [0, 1]),
        ({"status": "paid"}, [2]),
        ({"status": "cancelled"}, []),
        ({"year": "2025"}, [1]),
        ({"year": "2026"}, [2, 0]),
        ({"year": "twenty", "status": "gone", "page": "-3"}, [0, 1]),
        ({"q": "a\x00b"}, []),
    ],
)
def test_search_finds_among_all_bookings(
    signed_in: Client, three: list[Booking], asked: dict[str, str], found: list[int]
) -> None:
    assert codes(signed_in, **asked) == [three[place].code for place in found]


@pytest.mark.parametrize("style", ["TT-{:06d}", "tt {}", "{:06d}"])
def test_search_finds_a_number(signed_in: Client, three: list[Booking], style: str) -> None:
    assert codes(signed_in, q=style.format(three[1].number)) == [three[1].code]


def test_search_finds_nobody_elses(client: Client, three: list[Booking]) -> None:
    client.force_login(make_customer())
    assert codes(client, q=three[0].code) == []


def test_search_without_result_leads_back_to_all(signed_in: Client, three: list[Booking]) -> None:
    html = signed_in.get(URL, {"q": "zebra"}).content.decode()
    assert "No booking matches" in html
    assert html.count(f'href="{URL}"') >= 3  # the tab, and twice “clear filters”
    assert 'value="zebra"' in html


def test_filters_stay_as_they_were_asked(signed_in: Client, three: list[Booking]) -> None:
    found = history(signed_in, q="lane", status="completed", year="2026")
    assert found.filters == Filters(words="lane", status="completed", year=2026)
    assert (found.count_words, found.year) == ("1 booking", "2026")
    years = [year for year, _words in found.years]
    assert years == ["", "2027", "2026", "2025"]


def test_history_is_paged(signed_in: Client, past: BookAs) -> None:
    first = past(date(2026, 1, 2))
    copy_booking(first, 23)
    pages = [history(signed_in, page=page) for page in (1, 2, 3)]
    assert [len(page.lines) for page in pages] == [10, 10, 4]
    assert [(page.later, page.earlier) for page in pages] == [
        ("", "?page=2"),
        ("?page=1", "?page=3"),
        ("?page=2", ""),
    ]
    listed = [line.code for page in pages for line in page.lines]
    assert (len(set(listed)), listed[0]) == (24, first.code)


@pytest.mark.parametrize("page", [4, 999_999_999])
def test_page_beyond_the_last_is_the_last(signed_in: Client, past: BookAs, page: int) -> None:
    copy_booking(past(date(2026, 1, 2)), 15)
    for asked in ({}, {"q": "petite"}):
        found = history(signed_in, page=page, **asked)
        assert (found.page, found.pages, len(found.lines)) == (2, 2, 6)


def test_paging_keeps_the_filters() -> None:
    filters = Filters(words="sag & harbor", status="completed", year=2025)
    assert filters.to_page(2) == "?q=sag+%26+harbor&status=completed&year=2025&page=2"
    assert read_filters(QueryDict(filters.to_page(2)[1:])) == Filters(
        words="sag & harbor", status="completed", year=2025, page=2
    )


def test_filters_are_answered_with_the_history_alone(
    signed_in: Client, three: list[Booking]
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "history"}
    answer = signed_in.get(URL, {"status": "completed"}, headers=headers)
    assert answer.content.decode().strip().startswith('<div id="history"')
    assert "cards" not in answer.context
    assert "HX-Request, HX-Target" in answer["Vary"]


def test_each_row_can_be_booked_again(signed_in: Client, three: list[Booking]) -> None:
    lines = history(signed_in).lines
    assert [line.again_url for line in lines] == [
        f"/bookings/{booking.pk}/again/" for booking in three[:2]
    ]
