"""What is promised, and when."""

from datetime import timedelta

import pytest

from booking.models import CoiState
from booking.notifications.schedule import (
    NextStep,
    address_of,
    caller,
    goes_east,
    phone_words,
    place,
    what_happens_next,
)


def plain(steps: list[NextStep]) -> list[str]:
    return [step.when.replace("\u00a0", " ") for step in steps]


def test_steps_of_a_coming_trip(confirmed_booking, now):
    assert plain(what_happens_next(confirmed_booking(), now)) == [
        "By Friday, December 4",
        "Saturday, December 5, 9:00 AM to 10:00 AM",
        "The same day, by 6:00 PM",
    ]


def test_certificate_that_is_late_still_comes_before_the_van(confirmed_booking):
    booking = confirmed_booking()
    late = booking.pickup_at - timedelta(hours=23)
    assert plain(what_happens_next(booking, late))[0] == "Before we collect"


def test_certificate_on_file_is_no_step(confirmed_booking, now):
    booking = confirmed_booking()
    booking.coi_state = CoiState.APPROVED
    assert len(what_happens_next(booking, now)) == 2


def test_only_the_delivery_is_left_once_the_pickup_began(confirmed_booking):
    booking = confirmed_booking(coi=False)
    assert plain(what_happens_next(booking, booking.pickup_at)) == ["By 6:00 PM"]
    early = booking.pickup_at - timedelta(hours=1)
    booking.status = "in_progress"
    assert plain(what_happens_next(booking, early)) == ["By 6:00 PM"]


@pytest.mark.parametrize(
    ("number", "words"),
    [("+12125550171", "(212) 555-0171"), ("+442079460000", "+442079460000"), ("", "")],
)
def test_phone_is_written_as_people_read_it(number, words):
    assert phone_words(number) == words


@pytest.mark.parametrize(
    ("name", "phone", "words"),
    [
        ("", "", "Claire Ellery on (212) 555-0171"),
        ("Rosa", "", "Rosa on (212) 555-0171"),
        ("Rosa", "+19175550139", "Rosa on (917) 555-0139"),
    ],
)
def test_driver_calls_the_other_contact_first(confirmed_booking, name, phone, words):
    booking = confirmed_booking(other_contact_name=name, other_contact_phone=phone)
    assert caller(booking) == words


def test_place_is_the_city_but_manhattan(confirmed_booking):
    booking = confirmed_booking()
    pickup, delivery = address_of(booking, "pickup"), address_of(booking, "delivery")
    assert (place(pickup), place(delivery)) == ("Manhattan", "East Hampton")
    pickup.area = ""
    assert place(pickup) == "New York"


@pytest.mark.parametrize(
    ("start", "end", "east"),
    [("10128", "11937", True), ("11937", "10128", False), ("10128", "11201", False)],
)
def test_road_is_drawn_for_trips_to_the_hamptons(confirmed_booking, start, end, east):
    booking = confirmed_booking()
    booking.addresses.filter(leg="pickup").update(zip=start)
    booking.addresses.filter(leg="delivery").update(zip=end)
    assert goes_east(booking) is east
