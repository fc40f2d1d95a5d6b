"""The public pages: prices as the catalogue has them, where we go, the texts, and the errors."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from booking.models import (
    FeeRule,
    OrganizingService,
    Package,
    PolicyKind,
    PolicyText,
    ServiceInterest,
    ServiceZone,
    SpecialtyItem,
    SurchargeRule,
)
from tests.factories.catalogue import make_catalogue

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FRAGMENT = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    make_catalogue()


def words(response) -> str:
    """What a page says, in one line."""
    return " ".join(strip_tags(response.content.decode()).split())


def section(response, name: str) -> str:
    """What one section of the home page says."""
    html = response.content.decode()
    found = re.search(rf'<section id="{name}".*?</section>', html, re.DOTALL)
    assert found is not None
    return " ".join(strip_tags(found[0].replace(">", "> ")).split())


# ------------------------------------------------------------------------------------------- home


def test_home_shows_the_standard_prices(client: Client):
    said = section(client.get(reverse("home")), "prices")
    assert re.findall(r"\$[\d,.]*\d", said) == [
        *("$175", "$1,400", "$1,130"),
        *("$995", "$50", "$1,725", "$2,490"),
        *("$95", "$285", "$360"),
        *("$500", "$350", "$350", "$275"),
    ]
    assert "Saturday and Sunday add 15%." in said
    assert "asked 2 hours ahead" in said


def test_home_follows_the_catalogue(client: Client):
    client.get(reverse("home"))
    for package in Package.objects.filter(code="petite"):
        package.price_cents = 101_050
        package.save()
    SpecialtyItem.objects.get(code="crib").delete()
    for fee in FeeRule.objects.filter(kind="same_day"):
        fee.delete()
    said = section(client.get(reverse("home")), "prices")
    assert "Petite $1,010.50" in said
    assert "Crib" not in said
    assert "Same-day" not in said


def test_home_leaves_out_what_is_not_sold(client: Client):
    for row in [
        *Package.objects.filter(code="full"),
        *SpecialtyItem.objects.filter(code="peloton"),
        *OrganizingService.objects.filter(service_type="unpacking"),
        *SurchargeRule.objects.filter(kind="weekend"),
    ]:
        row.is_active = False
        row.save()
    said = section(client.get(reverse("home")), "prices")
    gone = [word for word in ("$2,490", "Peloton", "Unpacking", "Saturday") if word in said]
    assert gone == []
    assert "$1,725" in said


def test_home_costs_one_query(client: Client, django_assert_num_queries):
    client.get(reverse("home"))
    with django_assert_num_queries(1):
        client.get(reverse("home"))


def test_home_leads_into_the_wizard(client: Client):
    html = client.get(reverse("home")).content.decode()
    form = re.search(r'<form[^>]*action="/book/".*?</form>', html, re.DOTALL)
    assert form is not None
    assert re.findall(r'name="(\w+)"', form[0]) == ["pickup_zip", "delivery_zip"]
    assert 'method="get"' in form[0]


def test_home_links_lead_somewhere(client: Client):
    html = client.get(reverse("home")).content.decode()
    addresses = set(re.findall(r'<a [^>]*href="([^"]+)"', html))
    inside = {address.partition("#")[0] for address in addresses if address.startswith("/")}
    broken = {path for path in inside if client.get(path, follow=True).status_code != 200}
    assert broken == set()
    targets = {address.partition("#")[2] for address in addresses} - {""}
    assert {target for target in targets if f'id="{target}"' not in html} == set()


# ------------------------------------------------------------------------------------------- area


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("10128", "We serve 10128: Manhattan, without a fee. See prices and dates"),
        ("10128-1234", "We serve 10128: Manhattan, without a fee. See prices and dates"),
        (
            "07302",
            "We serve 07302: Hudson County NJ. An address there adds $175. See prices and dates",
        ),
        ("123", "Enter a ZIP of five digits, like 11937."),
        ("", ""),
    ],
)
def test_service_area_answers_for_a_zip(client: Client, typed, said):
    response = client.get(reverse("service_area"), {"zip": typed}, headers=FRAGMENT)
    assert words(response) == said


def test_service_area_offers_a_way_on_where_we_do_not_go(client: Client):
    response = client.get(reverse("service_area"), {"zip": "11901"}, headers=FRAGMENT)
    assert words(response).startswith(
        "11901 is not served yet Close by we do serve East End (Amagansett, Montauk, Shelter "
        "Island) and The Hamptons. Leave your e-mail, and we write once, when 11901 opens."
    )
    assert f'action="{reverse("service_interest")}"' in response.content.decode()


def test_service_area_is_a_page_or_the_fragment_in_it(client: Client):
    page = client.get(reverse("service_area"), {"zip": "10128"})
    fragment = client.get(reverse("service_area"), {"zip": "10128"}, headers=FRAGMENT)
    assert fragment.content.decode().strip() in page.content.decode()
    assert fragment.content.decode().lstrip().startswith('<div id="zip-answer"')
    assert "HX-Request" in page["Vary"]


def test_service_area_lists_areas_with_their_fees(client: Client):
    said = words(client.get(reverse("service_area")))
    listed = re.findall(r"(Manhattan, Brooklyn.*?No fee)|((?:\S+ ){1,7})\+ (\$\d+)", said)
    assert [row[0] or row[2] for row in listed] == [
        "Manhattan, Brooklyn and The Hamptons No fee",
        "$175",
        "$175",
        "$175",
    ]
    assert "Essex, Union, Morris and Hudson Counties, NJ + $175" in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("10128", "Manhattan"),
        ("11954", "East End, + $175"),
        ("06401", "New Haven County, + $175"),
        ("11901", "11901 is not served yet. Tell me when it is"),
        ("1190", ""),
        ("", ""),
    ],
)
def test_zip_note_is_short_and_waits_for_a_whole_zip(client: Client, typed, said):
    query = {"field": "pickup_zip", "pickup_zip": typed}
    assert words(client.get(reverse("service_area"), query, headers=FRAGMENT)) == said


def test_zip_note_follows_the_zones(client: Client):
    query = {"field": "delivery_zip", "delivery_zip": "11901"}
    ServiceZone.objects.create(zip="11901", zone="core", area="Riverhead")
    assert words(client.get(reverse("service_area"), query, headers=FRAGMENT)) == "Riverhead"


# --------------------------------------------------------------------------------------- interest


def kept() -> list[tuple[str, str]]:
    return list(ServiceInterest.objects.order_by("zip").values_list("email", "zip"))


def test_service_interest_is_kept_once(client: Client):
    for email in ("Claire@Ellery.example", "claire@ellery.example"):
        sent = {"email": email, "zip": "11901-0001"}
        response = client.post(reverse("service_interest"), sent, headers=FRAGMENT)
        assert response.status_code == 200
    assert "when 11901 opens" in words(response)
    assert kept() == [("claire@ellery.example", "11901")]


def test_service_interest_thanks_on_a_page_without_scripts(client: Client):
    sent = {"email": "claire@ellery.example", "zip": "11901"}
    response = client.post(reverse("service_interest"), sent, follow=True)
    assert response.redirect_chain == [(reverse("service_area"), 303)]
    assert "We write to claire@ellery.example once, when 11901 opens." in words(response)
    assert kept() == [("claire@ellery.example", "11901")]


@pytest.mark.parametrize("headers", [FRAGMENT, {}])
def test_service_interest_keeps_what_was_typed_when_it_will_not_do(client: Client, headers):
    sent = {"email": "claire@", "zip": "11901"}
    response = client.post(reverse("service_interest"), sent, headers=headers)
    assert response.status_code == 422
    html = response.content.decode()
    assert 'value="claire@"' in html
    assert "Enter an e-mail like name@example.com" in html
    assert kept() == []


@pytest.mark.parametrize("zip_code", ["10128", "119", "", "<script>"])
def test_service_interest_is_for_unserved_zips_alone(client: Client, zip_code):
    sent = {"email": "claire@ellery.example", "zip": zip_code}
    assert client.post(reverse("service_interest"), sent).status_code == 422
    assert kept() == []


def test_service_interest_is_not_read(client: Client):
    assert client.get(reverse("service_interest")).status_code == 405


# ------------------------------------------------------------------------------------------ texts


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("terms", PolicyKind.TERMS),
        ("privacy", PolicyKind.PRIVACY),
        ("cancellation_policy", PolicyKind.CANCELLATION),
    ],
)
def test_policy_shows_the_newest_version(client: Client, page, kind):
    current = PolicyText.current(kind)
    PolicyText.objects.create(
        kind=kind,
        version=current.version + 1,
        body="## Newest\n\nHere it stands.",
        published_at=current.published_at,
    )
    said = words(client.get(reverse(page)))
    assert f"Version {current.version + 1}, in force since" in said
    assert "Newest Here it stands." in said.replace("Newest", "Newest ").replace("  ", " ")


def test_policy_without_a_text_is_not_found(client: Client):
    PolicyText.objects.all().delete()
    assert client.get(reverse("terms")).status_code == 404


# ----------------------------------------------------------------------------------------- errors


def test_not_found_is_kind_and_leads_on(client: Client):
    response = client.get("/no/such/road/")
    assert response.status_code == 404
    assert "This road ends here." in words(response)
    assert f'href="{reverse("booking:find")}"' in response.content.decode()


def test_csrf_failure_says_that_the_booking_is_saved():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("service_interest"), {"email": "a@b.example", "zip": "11901"})
    assert response.status_code == 403
    assert "Your booking is saved." in words(response)


@pytest.mark.parametrize("code", ["400", "500"])
def test_last_resort_pages_depend_on_nothing(code):
    source = (TEMPLATES / f"{code}.html").read_text()
    assert re.findall(r"{%|{{", source) == []
    assert "Your booking is saved" in source
