"""Counting in the shared cache, and who the sender is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from totetaxi.lib.ratelimit import Limit, client_ip

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
LIMIT = Limit("test", times=2, seconds=600)


@pytest.fixture(autouse=True)
def empty(db):
    cache.clear()


def test_limit_is_reached_after_its_times_and_ends_with_its_window():
    assert [LIMIT.take("a", now=NOW) for _time in range(3)] == [True, True, False]
    assert LIMIT.is_reached("a", now=NOW + timedelta(minutes=9)) is True
    assert LIMIT.is_reached("a", now=NOW + timedelta(minutes=10)) is False


def test_keys_and_names_are_counted_apart():
    assert [LIMIT.take("a", now=NOW) for _time in range(2)] == [True, True]
    assert LIMIT.take("b", now=NOW) is True
    assert Limit("other", times=1, seconds=600).take("a", now=NOW) is True


def test_looking_counts_nothing():
    for _time in range(5):
        assert LIMIT.is_reached("a", now=NOW) is False


def test_cache_holds_no_address_in_clear():
    LIMIT.take("claire@example.com", now=NOW)
    assert "claire" not in LIMIT._slot("claire@example.com", NOW)
    assert cache.get(LIMIT._slot("claire@example.com", NOW)) == 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "192.0.2.1"),
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "nonsense", "unknown"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_sender_is_what_our_own_proxies_saw(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert client_ip(request) == address
