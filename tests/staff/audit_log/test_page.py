"""The page of the audit log: search, pages, queries."""

import pytest
import time_machine
from django.urls import reverse

from staff.audit import record
from staff.models import Action
from staff.permissions import Role
from tests.factories import make_colleague, sign_in_staff

pytestmark = pytest.mark.django_db
PAGE = "/staff/audit/"


@pytest.fixture
def ada(client):
    """An admin, signed in."""
    ada = make_colleague(Role.ADMIN, "Ada Whitlock")
    sign_in_staff(client, ada)
    return ada


def shown(client, **asked: str) -> list[str]:
    page = client.get(PAGE, asked)
    assert page.status_code == 200
    return [entry.row.object_label for entry in page.context["entries"]]


def test_audit_log_is_for_admins(client):
    sign_in_staff(client, make_colleague(Role.MANAGER))
    assert client.get(PAGE).status_code == 403


def test_audit_log_is_searched_by_who_what_about_and_day(client, ada):
    cora, dee = (make_colleague(Role.VIEWER, name) for name in ("Cora Lindqvist", "Dee Frost"))
    with time_machine.travel("2026-12-02T04:30:00Z", tick=False):  # December 1 in New York
        record(ada, Action.CHANGED_ROLE, cora, request=None)
    with time_machine.travel("2026-12-02T05:30:00Z", tick=False):
        record(cora, Action.DEACTIVATED, dee, request=None)
    assert shown(client) == ["Dee Frost", "Cora Lindqvist"]
    assert shown(client, who=str(ada.pk)) == ["Cora Lindqvist"]
    assert shown(client, action="deactivated") == ["Dee Frost"]
    assert shown(client, about="lind") == ["Cora Lindqvist"]
    assert shown(client, about=str(dee.pk)) == ["Dee Frost"]
    assert shown(client, until="2026-12-01") == ["Cora Lindqvist"]
    assert shown(client, since="2026-12-02") == ["Dee Frost"]
    assert shown(client, who=str(ada.pk), action="deactivated") == []


@pytest.mark.parametrize(
    "asked", [{"who": "nobody"}, {"since": "yesterday"}, {"before": "x"}, {"about": "a\x00b"}]
)
def test_a_wrong_search_shows_nothing(client, ada, asked):
    record(ada, Action.CHANGED_ROLE, ada, request=None)
    page = client.get(PAGE, asked)
    assert (page.status_code, page.context["entries"]) == (422, [])


def test_pages_hold_fifty_and_miss_none(client, ada):
    for _ in range(103):
        record(ada, Action.CHANGED_ROLE, ada, request=None)
    seen, query = [], "about=Ada"
    while query:
        page = client.get(f"{PAGE}?{query}")
        rows = [entry.row.pk for entry in page.context["entries"]]
        seen.append(rows)
        older = page.context["older"]
        query = f"{page.context['query']}&before={older}" if older else ""
        record(ada, Action.CHANGED_ROLE, ada, request=None)  # newer ones shift nothing
    assert [len(rows) for rows in seen] == [50, 50, 3]
    assert len({row for rows in seen for row in rows}) == 103


@pytest.mark.parametrize("count", [1, 60])
def test_queries_are_the_same_for_one_row_and_for_many(
    client, ada, django_assert_num_queries, count
):
    for _ in range(count):
        record(make_colleague(), Action.CHANGED_ROLE, ada, request=None)
    with django_assert_num_queries(5):
        client.get(reverse("staff:audit_log"))


def test_values_of_personal_fields_are_not_shown(client, ada):
    record(ada, Action.OPENED, after={"contact_email": "claire@example.com"}, request=None)
    changes = client.get(PAGE).context["entries"][0].changes
    assert [(change.name, change.is_withheld) for change in changes] == [("contact email", True)]
