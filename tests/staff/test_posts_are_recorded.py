"""Nothing that staff change goes without a row in the audit log: every POST route proves it."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, reverse

import staff.urls
from staff.models import AuditLog
from tests.factories import make_colleague, sign_in_staff
from tests.staff.posts import POSTS, READS
from tests.staff.posts.bookings import FILES
from tests.staff.posts.identity import IN_A_BROWSER
from tests.staff.posts.stage import make_stage

pytestmark = pytest.mark.django_db
ROUTES = {pattern.name: pattern for pattern in staff.urls.urlpatterns}


@pytest.fixture(autouse=True)
def _no_limits_of_others(db):
    cache.clear()


def unjudged(names: set[str]) -> list[str]:
    """Routes that stand in no table."""
    return sorted(names - set(POSTS) - READS - IN_A_BROWSER)


def test_every_route_of_the_back_office_is_judged():
    assert unjudged(set(ROUTES)) == []


def test_no_table_names_a_route_that_is_gone():
    assert sorted((set(POSTS) | READS | IN_A_BROWSER) - set(ROUTES)) == []


def test_an_unknown_route_is_noticed():
    assert unjudged({*ROUTES, "burn_the_house_down"}) == ["burn_the_house_down"]


@pytest.mark.parametrize("name", sorted(POSTS))
def test_a_change_leaves_a_row(name):
    stage = make_stage()
    answer = POSTS[name](stage)
    assert answer.status_code == (200 if name in FILES else 303)  # it worked
    assert AuditLog.objects.count() > stage.rows_before


@pytest.mark.parametrize("name", sorted(READS))
def test_pages_to_read_take_no_post(name):
    client = Client()
    sign_in_staff(client, make_colleague())
    address = reverse(f"staff:{name}", kwargs=_some_keys(ROUTES[name]))
    assert client.post(address).status_code == 405


def _some_keys(pattern: URLPattern) -> dict[str, object]:
    """Keys of nothing, of the kinds that the route takes."""
    samples = {
        "UUIDConverter": "00000000-0000-4000-8000-000000000000",
        "IntConverter": 1,
        "DayConverter": "2026-12-05",
    }
    converters = pattern.pattern.converters.items()
    return {key: samples.get(type(kind).__name__, "x") for key, kind in converters}
