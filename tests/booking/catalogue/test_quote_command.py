"""`manage.py quote`: a line in, a line out."""

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Day
from tests.factories import make_catalogue

pytestmark = pytest.mark.django_db

PETITE = {
    "service": "mini_move",
    "package": "petite",
    "items": 10,
    "pickup_date": "2026-12-01",
    "pickup_time": "09:00",
    "pickup_zip": "10019",
    "delivery_zip": "11937",
    "as_of": "2026-11-22T10:00:00-05:00",
}


@pytest.fixture(autouse=True)
def catalogue() -> None:
    make_catalogue()


def ask(monkeypatch: pytest.MonkeyPatch, text: bytes) -> tuple[list[dict[str, Any]], int]:
    """The answers to standard input, and the exit status."""
    out, status = io.StringIO(), 0
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    try:
        call_command("quote", stdout=out)
    except SystemExit as left:
        status = int(left.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], status


def line(**changes: Any) -> bytes:
    return json.dumps(PETITE | changes).encode() + b"\n"


def test_each_line_is_answered_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, status = ask(monkeypatch, line() + line(items=99) + line(package="standard"))
    assert status == 0
    assert [answer.get("total_cents") for answer in answers] == [995_00, None, 1725_00]
    assert list(answers[1]) == ["errors"]


def test_lines_carry_code_label_and_amount_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    (answer,), _status = ask(monkeypatch, line())
    assert answer == {
        "lines": [{"code": "base", "label": "Mini Move Petite", "amount_cents": 99500}],
        "subtotal_cents": 99500,
        "total_cents": 99500,
        "payable_online": True,
    }


@pytest.mark.parametrize(
    "bad",
    [
        b"not json",
        b"{",
        b'{"items": NaN}',
        b'{"items": 1,}',
        b"\xff\xfe",
        b'"\xed\xa0\x80"',
        b"[" * 100_000,
    ],
)
def test_line_that_is_not_json_is_answered_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, bad: bytes
) -> None:
    answers, status = ask(monkeypatch, line() + bad + b"\n" + line())
    assert status == 1
    assert list(answers[1]["errors"]) == ["request"]
    assert (answers[0]["total_cents"], answers[2]["total_cents"]) == (995_00, 995_00)


@pytest.mark.parametrize("raw", [b"[]", b"null", b"5", b'"x"'])
def test_json_that_is_no_object_is_an_error_but_json(
    monkeypatch: pytest.MonkeyPatch, raw: bytes
) -> None:
    answers, status = ask(monkeypatch, raw)
    assert (answers, status) == ([{"errors": {"request": ["Send one object."]}}], 0)


def test_blank_lines_line_ends_and_byte_order_marks_are_no_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = b"\xef\xbb\xbf" + line().strip() + b"\r\n\n  \n" + line().strip()
    answers, status = ask(monkeypatch, text)
    assert ([answer["total_cents"] for answer in answers], status) == ([995_00, 995_00], 0)


def test_nothing_in_is_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, b"") == ([], 0)


def test_integer_longer_than_python_reads_is_an_error_at_its_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = line().replace(b": 10,", b": 1" + b"0" * 5000 + b",")
    answers, status = ask(monkeypatch, text)
    assert ([list(answer["errors"]) for answer in answers], status) == ([["items"]], 0)


def test_closed_day_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    Day.objects.create(date=date(2026, 12, 1), is_closed=True, closed_reason="Inventory")
    (answer,), _status = ask(monkeypatch, line())
    assert list(answer["errors"]) == ["pickup_date"]


def test_room_in_a_van_is_not_asked_and_many_lines_cost_one_query(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask(monkeypatch, line())
    with CaptureQueriesContext(connection) as queries:
        answers, _status = ask(monkeypatch, line(package="full") * 50)
    assert (len(queries), {answer["total_cents"] for answer in answers}) == (1, {2490_00})
