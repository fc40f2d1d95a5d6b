"""Whatever is posted to whichever step, the answer is a redirect, a 200 or a 422."""

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.wizard.drafts import load_draft
from tests.booking.wizard.conftest import NOW
from tests.booking.wizard.visitor import ANSWERS, ORDER, Visitor
from tests.factories import make_catalogue

SPITEFUL = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "a\x00b",
        "\r\nBcc: x@example.com",
        "9" * 400,
        "9" * 5000,
        "-1",
        "1e9",
        "NaN",
        "Infinity",
        "٣",
        "１０",
        "²",
        "0001-01-01",
        "9999-12-31",
        "2026-02-30",
        "12/31/9999",
        "25:61",
        "24:00",
        "mini_move:",
        "mini_move:\x00",
        "standard_delivery",
        "<script>alert(1)</script>",
        "{{ 7 }}",
        "' OR 1=1 --",
        "🛻" * 300,
        "\u202e\u2028",
        "+1" * 50,
        "a@b",
        "x@" + "y" * 300 + ".com",
    ]
)
VALUE = SPITEFUL | st.text(max_size=60) | st.integers().map(str) | st.floats().map(str)
FIELDS = sorted(
    {name for answers in ANSWERS.values() for name in answers}
    | {
        "delivery_has_doorman",
        "driver_notes",
        "coi_wording",
        "other_date",
        "other_contact_phone",
        "packing",
        "unpacking",
        "organizing",
        "coi",
        "specialty-peloton",
        "specialty-unheard-of",
        "discount_code",
        "interest_email",
        "update",
        "page",
        "seq",
        "changed",
        "typing",
    }
)
CHANGES = st.dictionaries(st.sampled_from(FIELDS), VALUE | st.none(), max_size=6)


@pytest.fixture
def shop(db: None, frozen: Any) -> None:
    make_catalogue()


def posted(step: str, changes: dict[str, str | None]) -> dict[str, str]:
    data: dict[str, str | None] = {**ANSWERS.get(step, {}), **changes}
    return {name: value for name, value in data.items() if value is not None}


FUZZ = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@FUZZ
@given(step=st.sampled_from([*ORDER, "interest"]), changes=CHANGES, again=CHANGES)
def test_step_survives_whatever_is_posted(
    shop: None, step: str, changes: dict[str, str | None], again: dict[str, str | None]
) -> None:
    visitor = Visitor().answer_before("review")
    url = reverse(f"booking:{step}")
    for data in (changes, again):
        response = visitor.client.post(url, posted(step, data))
        assert response.status_code in {303, 422}
    for seen in ORDER:
        assert visitor.see(seen).status_code in {200, 303}


@FUZZ
@given(step=st.sampled_from(ORDER[:4]), changes=CHANGES, wrong=st.lists(st.sampled_from(FIELDS)))
def test_live_answer_survives_whatever_is_posted(
    shop: None, step: str, changes: dict[str, str | None], wrong: list[str]
) -> None:
    visitor = Visitor().answer_before("review")
    data = {"changed": next(iter(changes), ""), **posted(step, changes), "step": step}
    response = visitor.client.post(
        reverse("booking:price"), {**data, "wrong": wrong}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200
    for seen in ORDER:
        assert visitor.see(seen).status_code in {200, 303}


@FUZZ
@given(changes=CHANGES)
def test_typed_answers_are_kept_as_they_were_typed(
    shop: None, changes: dict[str, str | None]
) -> None:
    visitor = Visitor()
    data = posted("where", changes)
    visitor.client.post(reverse("booking:where"), data)
    draft = load_draft(visitor.draft.pk)
    assert draft is not None
    kept = draft.step("where")
    for name in ("pickup_street", "pickup_city", "delivery_zip"):
        typed = data.get(name, "").replace("\x00", "\ufffd")[:2000]
        assert kept.get(name, "") == typed
    assert draft.updated_at >= NOW
