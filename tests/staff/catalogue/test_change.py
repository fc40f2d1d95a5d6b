"""Changing a row: seen first, saved with its audit row, and nobody's work overwritten."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from booking.catalogue.load import load_standard_catalogue
from booking.catalogue.snapshot import get_price_book
from booking.models import (
    BookingLimits,
    CatalogueVersion,
    DeliveryRate,
    FeeRule,
    OrganizingService,
    Package,
    PeakDate,
    PolicySetting,
    ServiceHours,
    SpecialtyItem,
    SurchargeRule,
)
from staff.catalogue.parts import find_part
from staff.models import AuditLog
from staff.permissions import Role
from tests.factories import make_booking, make_colleague, sign_in_staff
from tests.staff.catalogue.conftest import typed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tom")]


def change_url(part: str, row) -> str:
    return reverse("staff:catalogue_change", args=[part, row.pk])


def add_url(part: str) -> str:
    return reverse("staff:catalogue_add", args=[part])


def told(answer) -> list[str]:
    return [str(message) for message in answer.wsgi_request._messages]


def errors(answer) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def form_of(client: Client, url: str) -> dict:
    return typed_in(client.get(url).context["form"])


def test_a_look_saves_nothing(client, look):
    rule = SurchargeRule.objects.get(name="Late pickup")
    version = CatalogueVersion.current_stamp()
    url = change_url("surcharge-rules", rule)
    answer = look(url, **form_of(client, url) | {"is_active": "on"})
    assert (answer.status_code, answer.context["sheet"].preview is not None) == (200, True)
    rule.refresh_from_db()
    assert (rule.is_active, CatalogueVersion.current_stamp()) == (False, version)
    assert AuditLog.objects.count() == 0


def test_a_change_is_saved_with_who_and_what(client, tom, save):
    rule = SurchargeRule.objects.get(name="Late pickup")
    url = change_url("surcharge-rules", rule)
    typed = form_of(client, url) | {"flat_cents": "60", "is_active": "on"}
    answer = save(url, **typed)
    assert (answer.status_code, answer["Location"]) == (
        303,
        "/staff/catalogue/surcharge-rules/",
    )
    assert told(answer) == ["Late pickup is saved."]
    rule.refresh_from_db()
    assert (rule.flat_cents, rule.is_active, rule.at_or_after) == (60_00, True, time(11, 30))
    row = AuditLog.objects.get()
    assert (row.actor, row.action, row.object_type, row.object_id, row.object_label) == (
        tom,
        "changed_catalogue",
        "booking.surchargerule",
        str(rule.pk),
        "Late pickup",
    )
    assert (row.before, row.after) == (
        {"flat_cents": 50_00, "is_active": False},
        {"flat_cents": 60_00, "is_active": True},
    )


def test_the_next_price_knows_the_change(client, save):
    url = change_url("packages", Package.objects.get(code="petite"))
    save(url, **form_of(client, url) | {"price_cents": "$1,000"})
    assert get_price_book().packages["petite"].price_cents == 1_000_00


def test_words_of_the_catalogue_are_kept_in_the_log(client, save):
    url = change_url("packages", Package.objects.get(code="petite"))
    save(url, **form_of(client, url) | {"name": "Mini Move Small"})
    row = AuditLog.objects.get()
    assert (row.before, row.after) == (
        {"shown_name": "Mini Move Petite"},
        {"shown_name": "Mini Move Small"},
    )


def test_nothing_different_is_not_called_saved(client, save):
    url = change_url("packages", Package.objects.get(code="petite"))
    answer = save(url, **form_of(client, url))
    assert told(answer) == ["Mini Move Petite is as it was: nothing was different."]
    assert AuditLog.objects.count() == 0


def test_what_was_changed_after_the_look_is_looked_at_again(client, look):
    rule = SurchargeRule.objects.get(name="Weekend")
    url = change_url("surcharge-rules", rule)
    typed = form_of(client, url)
    sheet = look(url, **typed | {"percent": "16"}).context["sheet"]
    marks = {"opened": sheet.opened, "previewed": sheet.previewed, "do": "save"}
    answer = client.post(url, typed | {"percent": "17"} | marks)
    assert (answer.status_code, answer.context["sheet"].saved) == (200, None)
    assert answer.context["sheet"].previewed != sheet.previewed
    rule.refresh_from_db()
    assert rule.percent == Decimal(15)


def test_the_second_editor_is_told_and_can_go_on(client, look):
    rule = SurchargeRule.objects.get(name="Late pickup")
    url = change_url("surcharge-rules", rule)
    typed = form_of(client, url) | {"flat_cents": "70", "is_active": "on"}
    mine = look(url, **typed).context["sheet"]
    marks = {"opened": mine.opened, "previewed": mine.previewed, "do": "save"}
    mia = make_colleague(Role.MANAGER, "Mia Sato")
    other = Client()
    sign_in_staff(other, mia)
    theirs = other.post(url, typed | {"opened": mine.opened, "flat_cents": "55"}).context["sheet"]
    other.post(
        url,
        typed
        | {
            "opened": theirs.opened,
            "previewed": theirs.previewed,
            "flat_cents": "55",
            "do": "save",
        },
    )

    answer = client.post(url, typed | marks)
    conflict = answer.context["sheet"].conflict
    assert answer.status_code == 422
    assert (conflict.change.who, conflict.fields) == ("Mia Sato", [("Or a flat sum", "$55.00")])
    assert answer.context["form"]["flat_cents"].value() == "70"  # what was typed is still there
    rule.refresh_from_db()
    assert rule.flat_cents == 55_00

    again = answer.context["sheet"]
    seen = client.post(url, typed | {"opened": again.opened, "do": "preview"}).context["sheet"]
    client.post(url, typed | {"opened": seen.opened, "previewed": seen.previewed, "do": "save"})
    rule.refresh_from_db()
    assert (rule.flat_cents, AuditLog.objects.count()) == (70_00, 2)


def test_withdrawing_keeps_the_row_and_what_was_sold(client, save):
    sold = make_booking(package="petite")
    url = change_url("packages", Package.objects.get(code="petite"))
    typed = form_of(client, url)
    del typed["is_active"]
    save(url, **typed)
    assert Package.objects.get(code="petite").is_active is False
    sold.refresh_from_db()
    assert (sold.total_cents, sold.lines.get().label) == (995_00, "Mini Move Petite")


def test_loading_again_brings_nothing_back(client, save):
    url = change_url("peak-dates", PeakDate.objects.get(name="Christmas"))
    save(url, name="Christmas", first_date="2026-12-24", last_date="2026-12-26")
    url = change_url("packages", Package.objects.get(code="full"))
    typed = form_of(client, url) | {"price_cents": "2600"}
    del typed["is_active"]
    save(url, **typed)
    assert set(load_standard_catalogue().values()) == {0}
    assert PeakDate.objects.filter(name="Christmas", is_active=False).count() == 1
    assert list(Package.objects.filter(code="full").values_list("price_cents", "is_active")) == [
        (2_600_00, False)
    ]


ADDED = [
    (
        "packages",
        Package,
        {"name": "Grand", "code": "Grand", "price_cents": "3000", "pieces": "60", "position": "4"},
        {"code": "grand", "price_cents": 3_000_00, "max_items": None, "is_active": False},
    ),
    (
        "specialty-items",
        SpecialtyItem,
        {"name": "Harp", "code": "harp", "price_cents": "600", "pieces": "9", "position": "5"},
        {"price_cents": 600_00, "needs_rack": False},
    ),
    (
        "add-ons",
        OrganizingService,
        {"service_type": "organizing", "name": "Shelves", "price_cents": "80", "is_active": "on"},
        {"package": None, "price_cents": 80_00, "is_active": True},
    ),
    (
        "surcharge-rules",
        SurchargeRule,
        {"name": "Dawn", "kind": "early", "at_or_before": "08:30", "percent": "7.5%"},
        {"percent": Decimal("7.50"), "flat_cents": None, "at_or_before": time(8, 30)},
    ),
    (
        "peak-dates",
        PeakDate,
        {"name": "Regatta", "first_date": "2027-08-01", "last_date": "2027-08-02"},
        {"first_date": date(2027, 8, 1), "is_active": False},
    ),
    (
        "fees",
        FeeRule,
        {"name": "Tolls", "kind": "distance", "amount_cents": "9", "services": ["mini_move"]},
        {"amount_cents": 9_00, "services": ["mini_move"]},
    ),
]


@pytest.mark.parametrize(("part", "model", "typed", "stored"), ADDED, ids=[a[0] for a in ADDED])
def test_a_row_is_added(save, part, model, typed, stored):
    answer = save(add_url(part), **typed)
    row = model.objects.get(name=typed["name"])
    assert (answer.status_code, {name: getattr(row, name) for name in stored}) == (303, stored)
    logged = AuditLog.objects.get()
    assert (logged.object_id, logged.before, logged.after["shown_name"]) == (
        str(row.pk),
        {},
        typed["name"],
    )


WRONG = [
    ("packages", {"name": "A", "code": "petite", "price_cents": "1", "pieces": "1"}, "code"),
    ("packages", {"name": "A", "code": "a b", "price_cents": "1", "pieces": "1"}, "code"),
    ("packages", {"name": "A", "code": "a", "price_cents": "x", "pieces": "1"}, "price_cents"),
    ("packages", {"name": "A", "code": "a", "price_cents": "1", "pieces": "0"}, "pieces"),
    ("packages", {"name": "a\x07", "code": "a", "price_cents": "1", "pieces": "1"}, "name"),
    ("add-ons", {"service_type": "packing", "name": "P", "price_cents": "1"}, None),
    ("surcharge-rules", {"name": "A", "kind": "weekend"}, "percent"),
    (
        "surcharge-rules",
        {"name": "A", "kind": "peak", "percent": "1", "flat_cents": "1"},
        "flat_cents",
    ),
    ("surcharge-rules", {"name": "A", "kind": "early", "percent": "1"}, "at_or_before"),
    ("surcharge-rules", {"name": "A", "kind": "late", "percent": "101"}, "percent"),
    ("surcharge-rules", {"name": "A", "kind": "moon", "percent": "1"}, "kind"),
    ("peak-dates", {"first_date": "2027-01-02", "last_date": "2027-01-01"}, "last_date"),
    ("peak-dates", {"first_date": "2027-01-02", "last_date": "2028-01-05"}, "last_date"),
    ("peak-dates", {"first_date": "1999-01-02", "last_date": "1999-01-05"}, "first_date"),
    ("fees", {"name": "A", "kind": "coi", "amount_cents": "1", "services": ["x"]}, "services"),
]


@pytest.mark.parametrize(("part", "typed", "at"), WRONG)
def test_what_is_wrong_is_told_at_its_field(client, part, typed, at):
    answer = client.post(add_url(part), {"position": "1", "do": "preview"} | typed)
    if at is None:  # packing without a package is none of the standard rows
        assert answer.status_code == 200
        return
    assert next(iter(errors(answer))) == at
    assert AuditLog.objects.count() == 0


def test_an_add_on_is_there_once_for_a_package(client):
    petite = Package.objects.get(code="petite")
    typed = {"service_type": "packing", "package": petite.pk, "name": "P", "price_cents": "1"}
    answer = client.post(add_url("add-ons"), typed)
    assert errors(answer) == {"package": ["This add-on exists for it already. Change that one."]}


def test_codes_and_kinds_that_bookings_refer_to_stay(client, save):
    url = change_url("packages", Package.objects.get(code="petite"))
    save(url, **form_of(client, url) | {"code": "other", "price_cents": "990"})
    assert Package.objects.get(code="petite").price_cents == 990_00


def test_a_time_that_the_kind_has_not_is_forgotten(save):
    save(add_url("surcharge-rules"), name="W", kind="weekend", percent="3", at_or_after="11:00")
    assert SurchargeRule.objects.get(name="W").at_or_after is None


def test_hours_are_in_order(client):
    hours = ServiceHours.objects.get(service="mini_move")
    url = change_url("hours", hours)
    typed = form_of(client, url) | {"last_time": "07:00", "delivered_by": "07:00"}
    opened = client.get(url).context["sheet"].opened
    assert errors(client.post(url, typed | {"opened": opened})) == {
        "last_time": ["Enter a time that is not before the first pickup"],
        "delivered_by": ["Enter a time after the last pickup"],
    }


def test_figures_with_one_row_are_changed_in_place(client, save):
    url = change_url("limits", BookingLimits.objects.get())
    save(url, online_max_cents="9000", online_max_pieces="55", coi_required_from_cents="1500")
    limits = BookingLimits.objects.get()
    assert (limits.online_max_cents, limits.coi_required_from_cents) == (9_000_00, 1_500_00)
    rate = change_url("delivery-rate", DeliveryRate.objects.get())
    save(rate, **form_of(client, rate) | {"item_cents": "99", "minimum_cents": ""})
    assert list(DeliveryRate.objects.values_list("item_cents", "minimum_cents")) == [(99_00, 0)]


def test_the_cancellation_policy_needs_no_look(client):
    url = change_url("cancellation", PolicySetting.objects.get())
    opened = client.get(url).context["sheet"].opened
    typed = {"full_refund_hours": "72", "late_refund_percent": "40", "opened": opened}
    answer = client.post(url, typed | {"do": "save"})
    assert (answer.status_code, told(answer)) == (303, ["Cancellation policy is saved."])
    assert PolicySetting.current().full_refund_hours == 72


@pytest.mark.parametrize("part", ["hours", "limits", "delivery-rate", "x"])
def test_some_parts_take_no_row_here(client, part):
    assert client.get(add_url(part)).status_code == 404


def test_a_permission_opens_its_own_parts_alone():
    assert find_part("fees", "edit_catalogue").title == "Fees"
    with pytest.raises(Http404):
        find_part("discount-codes", "edit_catalogue")


def test_only_one_rate_is_active(client):
    other = DeliveryRate.objects.create(name="Night", item_cents=1, is_active=False)
    url = change_url("delivery-rate", other)
    opened = client.get(url).context["sheet"].opened
    typed = form_of(client, url) | {"is_active": "on", "opened": opened}
    assert errors(client.post(url, typed)) == {
        "is_active": ["Standard Delivery is active. Withdraw it first."]
    }
