from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from totetaxi.lib import clock
from totetaxi.lib.sessions import SessionStore

pytestmark = pytest.mark.django_db


def saved(**held: object) -> str:
    session = SessionStore()
    session.update(held)
    session.save()
    return str(session.session_key)


def test_session_is_read_in_one_query() -> None:
    key = saved(draft="c0ffee")
    session = SessionStore(key)
    with CaptureQueriesContext(connection) as queries:
        assert session["draft"] == "c0ffee"
    assert (len(queries), session.session_key) == (1, key)


@pytest.mark.parametrize("key", ["unknown1", "x' OR '1'='1"])
def test_unknown_key_is_never_taken_over(key: str) -> None:
    saved(draft="c0ffee")
    session = SessionStore(key)
    assert (session.get("draft"), session.session_key) == (None, None)


def test_session_that_is_over_is_not_read() -> None:
    key = saved(draft="c0ffee")
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    session = SessionStore(key)
    assert (session.get("draft"), session.session_key) == (None, None)


def test_tampered_session_is_empty() -> None:
    key = saved(draft="c0ffee")
    Session.objects.update(session_data="nonsense")
    assert SessionStore(key).get("draft") is None
