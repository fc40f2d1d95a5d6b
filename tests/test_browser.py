"""The browser fixtures hear what they are there to hear."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import listen

PAGE = "<!doctype html><html lang=en><title>A page</title><body>{}</body>"
HEADERS = {"content-type": "text/html", "content-security-policy": "script-src 'nonce-good'"}


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def show(browser: Browser, complaints: list[str]) -> Iterator[Callable[[str], Page]]:
    """Show a body at a made-up address of this machine; any other address answers nothing."""
    context = browser.new_context()
    page = context.new_page()
    listen(page, complaints)

    def show(body: str) -> Page:
        page.route("**/*", lambda route: route.fulfill(status=204, headers={}))
        page.route(
            "http://localhost:9/**",
            lambda route: route.fulfill(body=PAGE.format(body), headers=HEADERS),
        )
        page.goto("http://localhost:9/")
        return page

    yield show
    context.close()


def test_browser_hears_nothing_on_a_quiet_page(
    show: Callable[[str], Page], complaints: list[str]
) -> None:
    show("<h1>Hello</h1><script nonce=good>console.log('fine')</script>")
    assert complaints == []


def test_browser_hears_logged_and_thrown_errors(
    show: Callable[[str], Page], complaints: list[str]
) -> None:
    show("<script nonce=good>console.error('logged'); throw new Error('thrown')</script>")
    assert complaints == [
        "console, http://localhost:9/: logged",
        "script error, http://localhost:9/: thrown",
    ]


def test_browser_hears_a_broken_policy(show: Callable[[str], Page], complaints: list[str]) -> None:
    show("<h1>Hello</h1><script>1 + 1</script>")
    assert len(complaints) == 1
    assert "Content Security Policy" in complaints[0]


def test_browser_hears_calls_to_other_hosts(
    show: Callable[[str], Page], complaints: list[str]
) -> None:
    show('<img alt="" src="https://cdn.example/a.png">')
    assert complaints == ["asked another host, http://localhost:9/: https://cdn.example/a.png"]


def test_accessibility_check_catches(
    show: Callable[[str], Page], check_accessibility: Callable[[Page], None]
) -> None:
    check_accessibility(show("<main><h1>Hello</h1></main>"))
    with pytest.raises(AssertionError, match="image-alt"):
        check_accessibility(show("<main><h1>Hello</h1><img src=a.png></main>"))
