"""No line of the log is a way in."""

import logging

import pytest

from totetaxi.lib.log import LineFormatter


def logged(path: str) -> str:
    """The path as the log has it."""
    record = logging.LogRecord("t", logging.WARNING, "", 1, "Not Found: %s", (path,), None)
    return LineFormatter().format(record).partition("Not Found: ")[2]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (f"/b/{'A' * 22}/", "/b/…/"),
        (f"/pay/{'A' * 43}/", "/pay/…/"),
        (f"/resume/{'A' * 22}/", "/resume/…/"),
        (f"/staff/invitation/{'A' * 43}/", "/staff/invitation/…/"),
        (
            "/account/confirm-email/Nw:1xV53y:7QGBkacRrE8GpzpscA2mvcy2rH3fUJ3BMkswpHuMBsM/",
            "/account/confirm-email/…/",
        ),
        (
            f"/account/password/reset/key/4kf93hd02jd-d0abcd-{'0f' * 16}/",
            "/account/password/reset/key/…/",
        ),
    ],
)
def test_lines_keep_no_token_and_no_key(path: str, kept: str) -> None:
    assert logged(path) == kept


def test_lines_keep_other_addresses() -> None:
    assert logged("/account/password/reset/key/done/") == "/account/password/reset/key/done/"
    link = "/pay/for/4f0c2f86-1c2e-4d6c-9a54-8a5f0d6a9f11/"
    assert logged(link) == link
