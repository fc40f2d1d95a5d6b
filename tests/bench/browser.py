"""What a browser loads to show the first page."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.bench.traffic import HOST
from tests.chromium import launch_any

DESKTOP = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Weight:
    """One page in an empty browser. Bytes as they came over the wire, headers included."""

    path: str
    total_bytes: int
    font_bytes: int
    script_bytes: int
    requests: int
    other_hosts: tuple[str, ...]
    largest: tuple[tuple[str, int], ...]

    @property
    def bytes_without_fonts(self) -> int:
        return self.total_bytes - self.font_bytes


def weigh(port: int, *paths: str) -> list[Weight]:
    """Load each page in a browser that has nothing cached."""
    with sync_playwright() as playwright:
        browser = launch_any(playwright)
        found = [_weigh(browser, port, path) for path in paths]
        browser.close()
    return found


def _weigh(browser: Any, port: int, path: str) -> Weight:
    context = browser.new_context(viewport=DESKTOP, locale="en-US")
    page = context.new_page()
    session = context.new_cdp_session(page)
    kinds: dict[str, tuple[str, str]] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.responseReceived",
        lambda event: kinds.update({event["requestId"]: (event["type"], event["response"]["url"])}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    session.send("Network.enable")
    page.goto(f"http://{HOST}:{port}{path}", wait_until="networkidle")
    context.close()
    loaded = [
        (*kinds[key], size)
        for key, size in sizes.items()
        if key in kinds and not kinds[key][1].startswith("data:")
    ]
    hosts = {urlsplit(url).hostname or "" for _kind, url, _size in loaded}
    by_size = sorted(((urlsplit(url).path, size) for _kind, url, size in loaded), key=_size_of)
    return Weight(
        path=path,
        total_bytes=sum(size for _kind, _url, size in loaded),
        font_bytes=sum(size for kind, _url, size in loaded if kind == "Font"),
        script_bytes=sum(size for kind, _url, size in loaded if kind == "Script"),
        requests=len(loaded),
        other_hosts=tuple(sorted(hosts - {HOST})),
        largest=tuple(reversed(by_size)),
    )


def _size_of(one: tuple[str, int]) -> int:
    return one[1]
