"""Many ZIPs at once."""

import pytest

from booking.catalogue.snapshot import get_price_book
from booking.models import ServiceZone
from booking.pricing.codes import ZoneKind
from booking.pricing.types import Zone
from staff.models import AuditLog

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tom")]
PASTE = "/staff/catalogue/zones/new/"


def test_pasted_zips_are_served_and_known_ones_change(client, save):
    ServiceZone.objects.filter(zip="11201").update(is_active=False)
    was = ServiceZone.objects.get(zip="11201")
    pasted = "12561, 12562\n12561 11201;12563-1234"
    answer = save(PASTE, zips=pasted, area="New Paltz", zone="outer")
    assert answer.status_code == 303
    assert [str(message) for message in answer.wsgi_request._messages] == ["4 ZIPs saved."]
    book = get_price_book()
    zone = Zone(ZoneKind.OUTER, "New Paltz")
    assert {
        code: book.zones[code] for code in ("12561", "12562", "12563", "11201")
    } == dict.fromkeys(("12561", "12562", "12563", "11201"), zone)
    rows = {row.after.get("served_zip", row.object_id): row for row in AuditLog.objects.all()}
    assert set(rows) == {"12561", "12562", "12563", str(was.pk)}
    changed = rows[str(was.pk)]
    assert (changed.before, changed.after) == (
        {"area": was.area, "zone": was.zone, "is_active": False},
        {"area": "New Paltz", "zone": "outer", "is_active": True},
    )


def test_the_look_says_how_many_are_new_and_saves_none(client):
    answer = client.post(PASTE, {"zips": "12561 11201", "area": "A", "zone": "core"})
    assert (answer.status_code, answer.context["sheet"].counts) == (200, (1, 1))
    assert not ServiceZone.objects.filter(zip="12561").exists()


def test_the_same_again_changes_nothing(client, save):
    typed = {"zips": "12561", "area": "New Paltz", "zone": "outer"}
    save(PASTE, **typed)
    answer = save(PASTE, **typed)
    assert [str(message) for message in answer.wsgi_request._messages] == ["Nothing was different."]
    assert AuditLog.objects.count() == 1


@pytest.mark.parametrize(
    ("zips", "told"),
    [
        ("", "Enter at least one ZIP"),
        (" ,;\n", "Enter at least one ZIP"),
        ("12561 1256 abcde", "Take out or mend what is no ZIP: 1256, abcde"),
        ("1256\u0661", "Take out or mend what is no ZIP: 1256\u0661"),
        (" ".join(f"{n:05}" for n in range(501)), "Enter at most 500 at once"),
    ],
)
def test_what_is_no_zip_is_told(client, zips, told):
    answer = client.post(PASTE, {"zips": zips, "area": "A", "zone": "core"})
    assert (answer.status_code, answer.context["form"].errors["zips"]) == (422, [told])


def test_a_list_that_changed_after_the_look_is_looked_at_again(client):
    typed = {"zips": "12561", "area": "New Paltz", "zone": "outer"}
    seen = client.post(PASTE, typed).context["sheet"].previewed
    answer = client.post(PASTE, typed | {"zips": "12562", "previewed": seen, "do": "save"})
    assert (answer.status_code, answer.context["sheet"].saved) == (200, None)


def test_saving_many_costs_the_same_for_each(client, save, django_assert_max_num_queries):
    with django_assert_max_num_queries(2 * 100 + 60):
        save(PASTE, zips=" ".join(f"{n:05}" for n in range(100)), area="A", zone="core")
