"""Fixtures of a real browser against a real server.

- `site`: the address of the running site
- `paying_site`: the same, with Stripe's sandbox behind it, which sends its webhooks to it
- `page`: a page on the site, as wide as a desktop
- `phone`: a page on the site, the size of a phone
- `plain_page`: a page on the site with JavaScript off
- `new_page(...)`: further ones, each a visitor of its own
- `check_accessibility(page)`: no violation of WCAG 2.2 AA that axe can see
- `check_pages(page, address, ...)`: the same of each, at every width, and nothing wider than it

When a test ends, its pages must not have logged an error, broken the Content-Security-Policy or
asked another host for anything. A failing test leaves a picture in test-results/.
"""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings, settings
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.chromium import launch_any
from totetaxi.sandbox.stripe.server import SandboxServer

DESKTOP = {"width": 1280, "height": 900}
WIDTHS = (1440, 820, 360)
PHONE = {"width": 390, "height": 844}
TIMEOUT_MS = 10_000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIND_VIOLATIONS = """
async options => (await axe.run(document, options)).violations.flatMap(
  ({id, impact, nodes}) => nodes.map(node => `${id} (${impact}): ${node.target}`)
)
"""
PICTURES = Path(__file__).resolve().parent.parent / "test-results"
# A form that was refused: our own answer, which Chromium logs as an error. And an answer that a
# newer change made needless (hx-sync), which htmx logs as one.
REFUSED_FORM = re.compile(
    r"the server responded with a status of 422|htmx:(sendAbort|afterRequest), \[object HTMLElement"
)


class CheckPages(Protocol):
    """Opens each address, and looks at it at every width."""

    def __call__(self, page: Page, *addresses: str) -> None:
        """Raises AssertionError on what axe finds, and on a page wider than the screen."""


failed = pytest.StashKey[bool]()


class NewPage(Protocol):
    """Opens a page for a new visitor."""

    def __call__(self, *, javascript: bool = True, viewport: Any = None, **options: Any) -> Page:
        """Further options are those of Playwright's `new_context`."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each worker."""
    with sync_playwright() as playwright:
        browser = launch_any(playwright)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: LiveServer, settings: LazySettings) -> str:
    """Address of the site, served by threads of this process; it knows its own address."""
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture
def paying_site(site: str, stripe_sandbox: SandboxServer, settings: LazySettings) -> str:
    """Address of the site, with Stripe's sandbox at its side.

    Webhooks arrive at once; what they leave to the queue is done by `queue.run_pending`.
    """
    settings.STRIPE_API_BASE = stripe_sandbox.base_url
    policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"].append(stripe_sandbox.base_url)
    settings.CONTENT_SECURITY_POLICY = policy
    stripe_sandbox.webhook_url = f"{site}{reverse('payments:stripe_webhook')}"
    return site


@pytest.fixture
def new_page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Open pages, and look through what they complained about at the end."""
    pages: list[Page] = []
    complaints: list[str] = []

    def open_page(*, javascript: bool = True, viewport: Any = None, **options: Any) -> Page:
        context = browser.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport=viewport or DESKTOP,
            reduced_motion="reduce",
            locale="en-US",
            **options,
        )
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        listen(page, complaints)
        pages.append(page)
        return page

    yield open_page

    if request.node.stash.get(failed, False):
        take_pictures(pages, request.node.nodeid)
    for page in pages:
        page.context.close()
    if not request.node.get_closest_marker("allow_console_errors"):
        assert complaints == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A visitor at a desktop."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """A visitor with a phone."""
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def plain_page(new_page: NewPage) -> Page:
    """A visitor without JavaScript."""
    return new_page(javascript=False)


@pytest.fixture
def check_accessibility() -> Callable[[Page], None]:
    """Check a page against WCAG 2.2 AA, as far as a machine can."""
    script = Axe().axe_script
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}

    def check(page: Page) -> None:
        page.wait_for_load_state()  # a page that came by a click may still lack its style
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        # Not Axe.run: what is right is far more than what is wrong, and slow to send over.
        found = page.evaluate(FIND_VIOLATIONS, options)
        assert found == []

    return check


@pytest.fixture
def check_pages(check_accessibility: Callable[[Page], None]) -> CheckPages:
    """Look at pages as a desk, a tablet and a small phone show them."""

    def check(page: Page, *addresses: str) -> None:
        for address in addresses:
            page.goto(address)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                check_accessibility(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    return check


def listen(page: Page, complaints: list[str]) -> None:
    """Collect what must not happen on a page."""

    def hear_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSED_FORM.search(message.text):
            complaints.append(f"console, {page.url}: {message.text}")

    def see_request(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host and host not in ("localhost", "127.0.0.1"):
            complaints.append(f"asked another host, {page.url}: {request.url}")

    page.on("console", hear_console)
    page.on("pageerror", lambda error: complaints.append(f"script error, {page.url}: {error}"))
    page.on("request", see_request)


def take_pictures(pages: list[Page], test: str) -> None:
    """Save what each page looks like now, below test-results/."""
    PICTURES.mkdir(exist_ok=True)
    vendor = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    name = re.sub(r"\W+", "-", test.removeprefix("tests/"))
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=PICTURES / f"{name}-{vendor}-{number}.png")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember for the fixtures' end whether the test failed."""
    report = yield
    if report.when == "call":
        item.stash[failed] = report.failed
    return report
