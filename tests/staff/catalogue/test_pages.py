"""The catalogue to look at: everybody in the back office may, and sees what was changed."""

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Package, ServiceZone, SurchargeRule
from staff.catalogue.parts import PARTS
from staff.models import AuditLog
from staff.people.services import set_rank
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague, sign_in_staff

pytestmark = pytest.mark.django_db
FRONT = "/staff/catalogue/"
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def vera(client: Client):
    """A viewer, signed in."""
    make_catalogue()
    vera = make_colleague(Role.VIEWER, "Vera Holt")
    sign_in_staff(client, vera)
    return vera


def test_the_front_page_says_how_much_is_active(client, vera):
    groups = client.get(FRONT).context["groups"]
    assert {part.key: words for _title, parts in groups for part, words in parts} == {
        "packages": "3 active",
        "delivery-rate": "",
        "specialty-items": "4 active",
        "add-ons": "6 active",
        "surcharge-rules": "3 active",
        "peak-dates": "21 days",
        "fees": "3 active",
        "discount-codes": "0 active",
        "zones": "277 active",
        "hours": "3 active",
        "limits": "",
        "cancellation": "",
    }


def test_every_part_stands_on_the_front_page_once(client, vera):
    groups = client.get(FRONT).context["groups"]
    assert [part.key for _title, parts in groups for part, _words in parts] == list(PARTS)


@pytest.mark.parametrize("key", sorted(PARTS))
@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
def test_every_part_and_its_rows_can_be_opened(client, key, role):
    make_catalogue()
    sign_in_staff(client, make_colleague(role))
    part = PARTS[key]
    page = client.get(reverse("staff:catalogue_part", args=[key]), follow=True)
    assert page.status_code == 200
    for row in part.rows()[:2]:
        own = client.get(reverse("staff:catalogue_row", args=[key, row.pk]))
        form = client.get(reverse("staff:catalogue_change", args=[key, row.pk]))
        assert (own.status_code, form.status_code) == (200, 200 if role == Role.MANAGER else 403)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_change_it_is_led_to_the_form(client, role):
    make_catalogue()
    sign_in_staff(client, make_colleague(role))
    may = role in {Role.MANAGER, Role.ADMIN}
    page = client.get(f"{FRONT}packages/")
    petite = Package.objects.get(code="petite")
    name = "catalogue_change" if may else "catalogue_row"
    line = page.context["page"].lines[0]
    assert line.url == reverse(f"staff:{name}", args=["packages", petite.pk])
    assert ("Add a package" in page.content.decode()) is may
    row = client.get(reverse("staff:catalogue_row", args=["packages", petite.pk]))
    assert bool(row.context["change_url"]) is may
    assert client.get(f"{FRONT}packages/new/").status_code == (200 if may else 403)


def test_a_list_says_what_matters_of_a_row(client, vera):
    cells = {
        key: {
            line.title: [cell.words for cell in line.cells]
            for line in client.get(f"{FRONT}{key}/").context["page"].lines
        }
        for key in ("packages", "surcharge-rules", "peak-dates", "add-ons", "hours")
    }
    assert cells["packages"]["Mini Move Full"] == ["full", "no limit", "60", "yes", "$2,490.00"]
    assert cells["surcharge-rules"] == {
        "Early pickup": ["Pickup at or before 8:00 AM", "All services", "$50.00"],
        "Late pickup": ["Pickup at or after 11:30 AM", "All services", "$50.00"],
        "Peak date, Mini Move": ["Peak date", "Mini Move", "$175.00"],
        "Peak date, Standard Delivery": ["Peak date", "Standard Delivery", "$50.00"],
        "US holiday": ["US holiday", "All services", "10 %"],
        "Weekend": ["Weekend", "All services", "15 %"],
    }
    assert cells["peak-dates"]["Christmas"] == ["Wed, Dec 23, 2026 – Sun, Dec 27, 2026", "5"]
    assert cells["peak-dates"]["Labor Day"] == ["Mon, Sep 6, 2027", "1"]
    assert cells["add-ons"]["Packing, Mini Move Full"] == ["Packing", "$5,070.00"]
    assert cells["hours"]["Mini Move"] == ["8:00 AM – 12:00 PM", "120", "30", "no"]


@pytest.mark.parametrize(
    ("q", "found"),
    [("11201", ["11201"]), ("1120 brook", 8), ("nowhere", []), ("\x00", 50), (HOSTILE, [])],
)
def test_zones_are_searched_by_zip_and_area(client, vera, q, found):
    page = client.get(f"{FRONT}zones/", {"q": q})
    lines = page.context["page"].lines
    titles = [line.title for line in lines]
    assert (len(titles) if isinstance(found, int) else titles) == found
    assert "<script>alert" not in page.content.decode()


def test_history_tells_who_changed_what_in_words(client, tom, save):
    rule = SurchargeRule.objects.get(name="Late pickup")
    url = reverse("staff:catalogue_change", args=["surcharge-rules", rule.pk])
    typed = {"name": "Noon", "kind": "late", "at_or_after": "12:00", "percent": "12.5"}
    save(url, **typed, services=["specialty_item"], is_active="on")
    page = client.get(reverse("staff:catalogue_row", args=["surcharge-rules", rule.pk]))
    change = page.context["changes"][0]
    assert (change.who, change.label, change.is_new) == ("Tom Bellamy", "Noon", False)
    assert {(each.label, each.before, each.after) for each in change.fields} == {
        ("Name, as customers see it", "Late pickup", "Noon"),
        ("Late: at or after", "11:30 AM", "12:00 PM"),
        ("Percent of the subtotal", "none", "12.5 %"),
        ("Or a flat sum", "$50.00", "none"),
        ("Only for", "All services", "Specialty items"),
        ("Active", "no", "yes"),
    }
    assert page.context["is_shipped"] is True
    front = client.get(FRONT).context["changes"]
    assert [(each.label, str(each.part.title)) for each in front] == [("Noon", "Surcharge rules")]


def test_what_staff_type_is_shown_harmlessly_everywhere(client, tom, save):
    url = f"{FRONT}surcharge-rules/new/"
    save(url, name=HOSTILE, kind="weekend", percent="1")
    rule = SurchargeRule.objects.get(name=HOSTILE)
    keys = ["surcharge-rules", rule.pk]
    pages = [
        client.get(FRONT),
        client.get(f"{FRONT}surcharge-rules/"),
        client.get(reverse("staff:catalogue_row", args=keys)),
        client.get(reverse("staff:catalogue_change", args=keys)),
        client.post(url, {"name": HOSTILE, "kind": HOSTILE, "flat_cents": HOSTILE}),
    ]
    for page in pages:
        text = page.content.decode()
        assert ("<script>alert" in text, "&lt;script&gt;alert" in text) == (False, True)


def test_a_part_that_is_none_is_not_found(client, vera):
    petite = Package.objects.get(code="petite")
    for path in ("wheels/", f"wheels/{petite.pk}/", f"fees/{petite.pk}/"):
        assert client.get(f"{FRONT}{path}").status_code == 404


def test_pages_cost_the_same_for_one_and_for_many(client, tom, django_assert_num_queries):
    rule = SurchargeRule.objects.get(name="Weekend")
    row = reverse("staff:catalogue_row", args=["surcharge-rules", rule.pk])
    costs = {FRONT: 5, f"{FRONT}zones/?q=new": 5, row: 5}
    for page in costs:
        client.get(page)
    for many in (False, True):
        if many:
            ServiceZone.objects.bulk_create(
                ServiceZone(zip=f"{n:05}", zone="core", area="New Town") for n in range(5_000)
            )
            AuditLog.objects.bulk_create(
                AuditLog(
                    at=rule.created_at,
                    actor=tom,
                    action="changed_catalogue",
                    object_type="booking.surchargerule",
                    object_id=rule.pk,
                    before={"percent": "1"},
                    after={"percent": "2"},
                )
                for _ in range(5_000)
            )
            client.get(FRONT)  # the catalogue is read anew once
        for page, count in costs.items():
            with django_assert_num_queries(count):
                assert client.get(page).status_code == 200


def test_djangos_admin_only_shows_the_catalogue(client):
    """A change there would leave no row in the audit log."""
    ada = make_colleague(Role.ADMIN)
    set_rank(ada)
    sign_in_staff(client, ada)
    tables = [part.model._meta.model_name for part in PARTS.values()]
    asked = [f"/admin/booking/{table}/" for table in (*tables, "van", "vanday", "day")]
    assert [client.get(path).status_code for path in asked] == [200] * len(asked)
    assert [client.get(f"{path}add/").status_code for path in asked] == [403] * len(asked)
