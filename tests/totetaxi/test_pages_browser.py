"""The public pages as people meet them: in a browser, on a phone, without scripts."""

import gzip
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Response

from tests.factories.catalogue import make_catalogue

KB = 1024
PAGES = ("home", "service_area", "terms", "cancellation_policy", "accessibility")


@pytest.fixture(autouse=True)
def catalogue(transactional_db: None) -> None:
    make_catalogue()


def test_pages_are_accessible_and_fit_the_screen(page, check_pages):
    check_pages(page, *(reverse(name) for name in PAGES))


def test_nothing_moves_for_whom_motion_disturbs(page):
    page.goto(reverse("home"))
    # What changes at once is right at once: nothing is half one colour and half another.
    moving = """() => ["red", "blue"].map(color => {
      document.body.style.color = color;
      return [getComputedStyle(document.body).color, document.getAnimations().length];
    })"""
    assert page.evaluate(moving) == [["rgb(255, 0, 0)", 0], ["rgb(0, 0, 255)", 0]]


def test_home_checks_a_zip_while_it_is_typed(page, check_accessibility):
    page.goto(reverse("home"))
    page.get_by_label("Pickup ZIP").fill("10128")
    page.locator("#pickup_zip_note").get_by_text("Manhattan").wait_for()
    page.get_by_label("Delivery ZIP").fill("11901")
    page.get_by_text("11901 is not served yet.").wait_for()
    check_accessibility(page)
    page.get_by_role("link", name="Tell me when it is").click()
    page.get_by_label("E-mail for this one message").fill("claire@")
    page.get_by_role("button", name="Tell me when").click()
    page.get_by_text("Enter an e-mail like name@example.com").wait_for()
    page.get_by_label("E-mail for this one message").fill("claire@ellery.example")
    page.get_by_role("button", name="Tell me when").click()
    page.get_by_text("when 11901 opens.").wait_for()


def test_home_takes_both_zips_into_the_wizard(plain_page):
    plain_page.goto(reverse("home"))
    plain_page.get_by_label("Pickup ZIP").fill("10128")
    plain_page.get_by_label("Delivery ZIP").fill("11937")
    plain_page.get_by_role("button", name="See prices and dates").click()
    assert urlsplit(plain_page.url).path.startswith(reverse("booking:start"))


def test_area_check_works_without_scripts(plain_page):
    plain_page.goto(reverse("home"))
    plain_page.get_by_label("Your ZIP").fill("11901")
    plain_page.get_by_role("button", name="Do we go there?").click()
    plain_page.get_by_label("E-mail for this one message").fill("claire@ellery.example")
    plain_page.get_by_role("button", name="Tell me when").click()
    assert plain_page.get_by_text("when 11901 opens.").is_visible()


def test_menu_of_the_phone_opens_without_scripts(new_page):
    page = new_page(javascript=False, viewport={"width": 390, "height": 844})
    page.goto(reverse("home"))
    link = page.get_by_label("Menu").get_by_role("link", name="Area")
    assert not link.is_visible()
    page.locator(".menu summary").click()
    assert link.is_visible()


def test_menu_of_the_phone_closes_by_escape(phone):
    phone.goto(reverse("home"))
    phone.locator(".menu summary").click()
    phone.keyboard.press("Escape")
    assert phone.evaluate("document.activeElement.matches('.menu:not([open]) > summary')")


def test_keyboard_skips_to_the_content_and_sees_the_focus(page):
    page.goto(reverse("home"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "pickup_zip"
    ring = page.evaluate("""() => {
      const style = getComputedStyle(document.activeElement);
      return [style.outlineWidth, style.outlineOffset, style.outlineColor];
    }""")
    assert ring == ["2px", "2px", "rgb(169, 129, 47)"]


def test_motion_stops_where_less_is_asked_for(page):
    page.goto(reverse("home"))
    moving = """[...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      const seconds = [style.transitionDuration, style.animationDuration].join().split(",");
      return seconds.some((text) => parseFloat(text) > 0.01);
    }).length"""
    assert page.evaluate(moving) == 0


def test_home_weighs_little(page):
    """The first visit: at most 150 KB with fonts, 60 KB without (DECISIONS.md, 38)."""
    responses: list[Response] = []

    def keep(response: Response) -> None:  # Playwright marks its handlers: a method will not do
        responses.append(response)

    page.on("response", keep)
    page.goto(reverse("home"))
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    sizes: dict[str, int] = {}
    for response in responses:
        path, body = urlsplit(response.url).path, response.body()
        sizes[path] = len(body) if path.endswith(".woff2") else len(gzip.compress(body, 9))
    fonts = sum(size for path, size in sizes.items() if path.endswith(".woff2"))
    scripts = sum(size for path, size in sizes.items() if path.endswith(".js"))
    rest = sum(sizes.values()) - fonts
    assert len([path for path in sizes if path.endswith(".woff2")]) == 2
    assert len(sizes) > 5
    assert (rest < 60 * KB, rest + fonts < 150 * KB, scripts < 40 * KB) == (True, True, True)
