"""Only one's own: every route of the site, asked as every person, at every verb.

The table of what is right is in tests/matrix/table.py.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path

from booking.models import Booking
from tests.matrix.doors import own_booking, public
from tests.matrix.judge import judge
from tests.matrix.routes import all_routes
from tests.matrix.table import TABLE
from tests.matrix.world import NOW, SECRET, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """Everything that anybody could reach, on a Sunday morning."""
    cache.clear()
    logging.disable(logging.ERROR)  # hundreds of refusals
    with time_machine.travel(NOW, tick=False):
        yield make_world()
    logging.disable(logging.NOTSET)


def test_everybody_finds_what_the_table_says(world: World) -> None:
    findings = judge(all_routes(get_resolver().url_patterns), TABLE, world)
    if findings:  # a list would be compared line by line with nothing, for minutes
        pytest.fail("\n".join(findings), pytrace=False)


def test_table_has_no_row_too_many() -> None:
    names = {route.name for route in all_routes(get_resolver().url_patterns)}
    rows = {name for name in TABLE if not name.endswith(":*")}
    assert sorted(rows - names) == []


# -------------------------------------------------------------------- the judge itself can fail


def leaking_page(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Shows any booking to anybody."""
    return HttpResponse(Booking.objects.get(pk=booking_id).driver_notes)


def forgetful_page(request: HttpRequest) -> HttpResponse:
    """A page for everybody that shows what somebody typed."""
    return HttpResponse(SECRET)


urlpatterns = [
    path("throw-away/<uuid:booking_id>/", leaking_page, name="leak"),
    path("throw-away/", forgetful_page, name="forgetful"),
    path("throw-away/<slug:unheard_of>/", forgetful_page, name="unknown_key"),
    path("throw-away/new/", forgetful_page, name="new_page"),
]


def test_judge_reports_a_page_without_a_check(world: World, settings: LazySettings) -> None:
    settings.ROOT_URLCONF = __name__
    leak, *_others = all_routes(urlpatterns)
    findings = judge([leak], {"leak": own_booking()}, world)
    assert "leak GET as another customer: let in, not 404" in findings
    assert "leak GET as anonymous: let in, not 404" in findings
    assert "leak GET as viewer: let in, not 404" in findings
    assert [line for line in findings if "the owner" in line] == [
        "leak POST as the owner: let in, not 404 or 405"
    ]


def test_judge_reports_what_the_owner_typed_on_somebody_elses_page(
    world: World, settings: LazySettings
) -> None:
    settings.ROOT_URLCONF = __name__
    findings = judge([all_routes(urlpatterns)[1]], {"forgetful": public("GET", "POST")}, world)
    assert findings[0] == "forgetful GET as anonymous: shows what the owner typed"
    assert [line for line in findings if "as the owner" in line] == []


def test_judge_names_a_route_without_a_row_and_a_key_without_a_value(world: World) -> None:
    _leak, _forgetful, unknown_key, new_page = all_routes(urlpatterns)
    findings = judge([unknown_key, new_page], {"unknown_key": public()}, world)
    assert findings == [
        (
            "unknown_key (/throw-away/<slug:unheard_of>/): tests/matrix/world.py has no value for "
            "unheard_of. Make such a thing of the owner there."
        ),
        (
            "new_page (/throw-away/new/) has no row in tests/matrix/table.py. Say there who may "
            "open it: public(), portal(), own(), own_booking(), bearer() or another door."
        ),
    ]
