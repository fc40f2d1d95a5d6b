"""Closing a day and setting vans, as a coordinator does it in forms."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from booking.models import Alert, Booking, Day, Van, VanDay
from staff.alerts.queries import place_of
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.booking.services.fleet import CLOSED, NOW, TUESDAY, set_day, van
from tests.factories import make_booking, make_colleague, sign_in_staff

pytestmark = pytest.mark.django_db

RULES = reverse("staff:edit_day", args=[TUESDAY])
VAN_1 = reverse("staff:edit_van_day", args=[TUESDAY, 1])
DAY = reverse("staff:calendar_day", args=[TUESDAY])


def booked(**changes: object) -> Booking:
    return make_booking(now=NOW, **({"pickup_date": TUESDAY} | changes))


def send(office: Client, where: str, *, seen: str = "", **typed: object) -> HttpResponse:
    """Open a form and send it."""
    seen = seen or str(office.get(where).context["seen"])
    return office.post(where, {"seen": seen, **typed})


def told(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def rows() -> list[tuple[str, str, dict[str, object], dict[str, object]]]:
    found = AuditLog.objects.exclude(action="signed_in").order_by("id")
    return list(found.values_list("action", "object_label", "before", "after"))


def test_empty_day_is_closed_with_its_reason_and_the_log_knows(office: Client) -> None:
    answer = send(office, RULES, is_closed="on", closed_reason="van inspection")
    assert (answer.status_code, answer.headers["Location"]) == (303, DAY)
    assert told(answer) == ["Tuesday, December 1 is closed: nobody can book it."]
    row = Day.objects.get(date=TUESDAY)
    assert (row.is_closed, row.closed_reason) == (True, "van inspection")
    assert rows() == [
        (
            "changed_day",
            "2026-12-01",
            {"is_closed": False, "closed_reason": ""},
            {"is_closed": True, "closed_reason": "van inspection"},
        )
    ]


def test_closing_a_day_with_bookings_shows_them_before_it_is_saved(office: Client) -> None:
    first, second = booked(), booked(contact_name="Ana Duarte")
    answer = send(office, RULES, is_closed="on", closed_reason="snow")
    assert answer.status_code == 422
    assert [(row.code, row.name, row.why, row.remedy) for row in answer.context["unfit"]] == [
        (first.code, "Claire Ellery", "The day is closed", "Move it to another day."),
        (second.code, "Ana Duarte", "The day is closed", "Move it to another day."),
    ]
    assert answer.context["form"]["closed_reason"].value() == "snow"
    assert not Day.objects.filter(is_closed=True).exists()
    assert rows() == []


def test_confirmed_closing_is_saved_and_what_does_not_fit_is_named(office: Client) -> None:
    booking = booked()
    shown = send(office, RULES, is_closed="on")
    answer = send(office, RULES, is_closed="on", confirmed=shown.context["confirmed"])
    assert answer.status_code == 303
    assert told(answer)[1:] == ["1 booking does not fit any more. Move it, or call the customer."]
    assert rows()[0][3] == {"is_closed": True, "do_not_fit": [str(booking.number)]}
    assert Alert.objects.get().summary == "1 booking does not fit on Tuesday, December 1"


def test_confirmation_of_something_else_is_asked_again(office: Client) -> None:
    booked()
    shown = send(office, RULES, is_closed="on")
    booked()
    answer = send(office, RULES, is_closed="on", confirmed=shown.context["confirmed"])
    assert (answer.status_code, len(answer.context["unfit"])) == (422, 2)
    assert answer.context["was_confirmed"] is True
    assert not Day.objects.filter(is_closed=True).exists()


def test_second_of_two_coordinators_is_told_who_changed_what(office: Client) -> None:
    seen = office.get(RULES).context["seen"]
    other = Client()
    sign_in_staff(other, make_colleague(Role.MANAGER, "Ada Whitlock"))
    send(other, RULES, cap_pieces="90")
    answer = send(office, RULES, seen=seen, is_closed="on", closed_reason="snow")
    assert answer.status_code == 409
    assert answer.context["meanwhile"] == (
        "Ada Whitlock changed it on Nov 22, 10:00 AM. Now: open, capped at 90 pieces."
    )
    assert answer.context["form"]["closed_reason"].value() == "snow"
    assert not Day.objects.filter(is_closed=True).exists()
    again = send(office, RULES, seen=answer.context["seen"], is_closed="on")
    assert again.status_code == 303


def test_what_does_not_fit_waits_in_today_and_leads_to_the_day(office: Client) -> None:
    booked()
    shown = send(office, RULES, is_closed="on")
    send(office, RULES, is_closed="on", confirmed=shown.context["confirmed"])
    alert = Alert.objects.get()
    assert place_of(alert, make_colleague(Role.COORDINATOR)) == (DAY, "Open the day")
    page = office.get(reverse("staff:today")).content.decode()
    assert "1 booking does not fit on Tuesday, December 1" in page
    assert f'href="{DAY}"' in page


def test_reopening_takes_the_alert_away(office: Client) -> None:
    booked()
    shown = send(office, RULES, is_closed="on")
    send(office, RULES, is_closed="on", confirmed=shown.context["confirmed"])
    answer = send(office, RULES)
    assert told(answer) == ["Tuesday, December 1 is open."]
    assert Alert.objects.filter(closed_at=None).count() == 0


def test_saving_what_is_so_already_says_so_and_leaves_no_row(office: Client) -> None:
    set_day(CLOSED)
    answer = send(office, RULES, is_closed="on", closed_reason="van inspection")
    assert told(answer) == ["Nothing was changed."]
    assert rows() == []


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"closed_reason": "snow"}, {"closed_reason": ["A reason is only for a closed day"]}),
        ({"cap_pieces": "-1"}, {"cap_pieces": ["Enter a whole number"]}),
        ({"cap_pieces": "many"}, {"cap_pieces": ["Enter a whole number"]}),
        ({"cap_pieces": "99999"}, {"cap_pieces": ["Enter at most 9999"]}),
        (
            {"is_closed": "on", "closed_reason": "a\x00b"},
            {"closed_reason": ["Use letters, figures and signs on one line"]},
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    office: Client, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = send(office, RULES, **typed)
    assert (answer.status_code, answer.context["form"].errors) == (422, errors)


def test_van_that_is_taken_out_names_the_van_that_would_take_its_bookings(office: Client) -> None:
    booking = booked()
    shown = send(office, VAN_1, pieces="60", has_rack="on")
    assert shown.status_code == 422
    assert [(row.code, row.why, row.remedy) for row in shown.context["unfit"]] == [
        (
            booking.code,
            "This van is not in service that day",
            "Van 2 has room for it that day.",
        )
    ]
    answer = send(office, VAN_1, pieces="60", has_rack="on", confirmed=shown.context["confirmed"])
    assert told(answer)[0] == "Van 1 is out of service on Tuesday, December 1."
    assert VanDay.objects.get().in_service is False
    assert rows()[0][:3] == (
        "changed_van_day",
        "2026-12-01",
        {"van": 1, "in_service": True},
    )


def test_van_of_a_day_gets_other_room(office: Client) -> None:
    answer = send(office, VAN_1, in_service="on", pieces="45", has_rack="on")
    assert told(answer) == ["Van 1 is set for Tuesday, December 1."]
    row = VanDay.objects.get()
    assert (row.pieces, row.has_rack, row.in_service) == (45, None, True)
    form = office.get(VAN_1).context["form"]
    assert (form["pieces"].value(), form["has_rack"].value()) == (45, True)


def test_van_that_does_not_exist_is_no_page(office: Client) -> None:
    for number in (9, 10**12):
        where = reverse("staff:edit_van_day", args=[TUESDAY, number])
        assert office.get(where).status_code == 404


@pytest.mark.parametrize(("route", "keys"), [("edit_day", []), ("edit_van_day", [1])])
def test_day_that_is_over_is_left_as_it_was(office: Client, route: str, keys: list[int]) -> None:
    past = date(2026, 11, 21)
    where = reverse(f"staff:{route}", args=[past, *keys])
    answer = office.post(where, {"is_closed": "on", "seen": ""})
    assert answer.headers["Location"] == reverse("staff:calendar_day", args=[past])
    assert told(answer) == ["That day is over. Nothing about it can be changed."]
    assert Day.objects.count() == 0


class TestFleet:
    """The page of the vans, for managers."""

    @pytest.fixture
    def colleague(self) -> StaffProfile:
        return make_colleague(Role.MANAGER, "Ada Whitlock")

    def test_new_van_is_listed(self, office: Client) -> None:
        answer = office.post(
            reverse("staff:add_van"), {"name": "Sprinter", "pieces": "80", "is_active": "on"}
        )
        assert told(answer) == ["Van 3 is added."]
        listed = office.get(reverse("staff:vans")).context["vans"]
        assert [(each.number, each.pieces) for each in listed] == [(1, 60), (2, 60), (3, 80)]
        assert rows() == [
            (
                "added_van",
                "Van 3",
                {},
                {"van_name": "Sprinter", "pieces": 80, "has_rack": False, "is_active": True},
            )
        ]

    def test_smaller_van_shows_what_does_not_fit_ahead(self, office: Client) -> None:
        booking = booked()
        where = reverse("staff:edit_van", args=[1])
        shown = send(office, where, pieces="10", has_rack="on", is_active="on")
        assert (shown.status_code, [row.code for row in shown.context["unfit"]]) == (
            422,
            [booking.code],
        )
        assert van(1).pieces == 60
        answer = send(
            office,
            where,
            pieces="10",
            has_rack="on",
            is_active="on",
            confirmed=shown.context["confirmed"],
        )
        assert told(answer)[0] == "Van 1 is changed."
        assert van(1).pieces == 10

    def test_second_change_of_a_van_is_told(self, office: Client) -> None:
        where = reverse("staff:edit_van", args=[2])
        seen = office.get(where).context["seen"]
        send(office, where, name="Blue", pieces="60", is_active="on")
        answer = send(office, where, seen=seen, name="Red", pieces="60", is_active="on")
        assert answer.status_code == 409
        assert Van.objects.get(number=2).name == "Blue"

    def test_van_needs_its_pieces(self, office: Client) -> None:
        answer = office.post(reverse("staff:add_van"), {"pieces": ""})
        assert answer.context["form"].errors == {"pieces": ["Enter how many pieces"]}
