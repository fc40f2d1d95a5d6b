"""The gallery shows every component, and is no page of the public site."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from totetaxi.templatetags.parts import remembered

COMPONENTS = Path(__file__).resolve().parents[2] / "templates" / "components"
# Parts of the public pages, to be seen there.
SEEN_ON_PAGES = {
    "area_list.html",
    "area_map.html",
    "attrs.html",
    "error_page.html",
    "package_price.html",
    "portal_tabs.html",
    "promise.html",
    "service_interest.html",
    "zip_check.html",
}


@pytest.fixture
def shown(client: Client) -> set[str]:
    remembered.cache_clear()  # what is remembered is not rendered again
    response = client.get(reverse("styleguide"))
    assert response.status_code == 200
    names = {template.name for template in response.templates if template.name}
    prefix = "components/"
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}


def test_styleguide_shows_every_component(shown):
    written = {path.name for path in COMPONENTS.glob("*.html")}
    assert written - shown == SEEN_ON_PAGES


def test_styleguide_components_say_what_they_take():
    silent = [
        path.name
        for path in sorted(COMPONENTS.glob("*.html"))
        if "{#" not in path.read_text() and "{% comment %}" not in path.read_text()
    ]
    assert silent == []


def test_styleguide_is_accessible(page, check_pages):
    check_pages(page, reverse("styleguide"))


def test_quantity_buttons_count_within_the_limits(page):
    page.goto(reverse("styleguide"))
    field = page.get_by_role("spinbutton", name="Surfboard")
    more, fewer = (
        page.get_by_role("button", name=f"{word}: Surfboard") for word in ("More", "Fewer")
    )
    for _ in range(7):
        more.click()
    assert field.input_value() == "9"
    assert more.get_attribute("aria-disabled") == "true"
    for _ in range(9):
        fewer.click()
    assert field.input_value() == "0"
    assert fewer.get_attribute("aria-disabled") == "true"


def test_quantity_is_a_plain_field_without_scripts(plain_page):
    plain_page.goto(reverse("styleguide"))
    plain_page.get_by_role("spinbutton", name="Surfboard").fill("4")
    assert plain_page.get_by_role("button", name="More: Surfboard").count() == 0


def test_error_summary_takes_the_focus_and_leads_to_the_field(page):
    page.goto(reverse("styleguide"))
    focused = "document.activeElement.id"
    assert page.evaluate(focused) == "errors"
    page.locator("#errors a").first.click()
    assert page.evaluate(focused) == "id_street"


def test_price_bar_does_not_cover_the_focus(phone):
    phone.goto(reverse("styleguide"))
    phone.evaluate("scrollTo(0, 0)")
    covered = phone.evaluate(
        """() => {
          const bar = document.querySelector(".price-bar");
          const fields = [...document.querySelectorAll("main input, main select, main textarea")];
          return fields.filter((field) => {
            field.scrollIntoView({ block: "nearest" });
            field.focus();
            return field.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
          }).map((field) => field.id);
        }"""
    )
    assert covered == []
