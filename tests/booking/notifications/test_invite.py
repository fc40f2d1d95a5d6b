"""The calendar file, read back by a parser as a calendar program would."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from booking.lifecycle import Status
from booking.notifications.invite import render_calendar
from totetaxi.lib.clock import NEW_YORK, at_new_york


@pytest.fixture
def read(now):
    """Both events of a booking's calendar, by leg."""

    def read(booking):
        calendar = Calendar.from_ical(render_calendar(booking, now=now))
        events = calendar.walk("VEVENT")
        return calendar, *events

    return read


def test_calendar_publishes_a_window_and_a_latest_time(confirmed_booking, read):
    booking = confirmed_booking()
    calendar, pickup, delivery = read(booking)
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert pickup.decoded("DTSTART") == datetime(2026, 12, 5, 9, tzinfo=NEW_YORK)
    assert pickup.decoded("DTEND") == datetime(2026, 12, 5, 10, tzinfo=NEW_YORK)
    assert delivery.decoded("DTEND") == datetime(2026, 12, 5, 18, tzinfo=NEW_YORK)
    assert (str(pickup["TRANSP"]), str(delivery["TRANSP"])) == ("OPAQUE", "TRANSPARENT")
    assert str(pickup["SUMMARY"]) == f"ToteTaxi collects, {booking.code}"
    assert str(delivery["SUMMARY"]) == "ToteTaxi delivers to East Hampton by 6:00 PM"
    assert str(pickup["LOCATION"]) == "118 East 93rd Street, 6B, New York, NY 10128"


def test_calendar_has_an_organizer_and_asks_nobody_for_an_answer(confirmed_booking, read):
    _calendar, *events = read(confirmed_booking())
    assert [str(event["ORGANIZER"]) for event in events] == ["mailto:hello@totetaxi.example"] * 2
    assert [event.get("ATTENDEE") for event in events] == [None, None]


def test_calendar_rings_the_day_before_the_pickup_only(confirmed_booking, read):
    _calendar, pickup, delivery = read(confirmed_booking())
    (alarm,) = pickup.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(days=-1)
    assert delivery.walk("VALARM") == []


def test_calendar_keeps_its_uids_and_raises_the_sequence(confirmed_booking, read):
    booking = confirmed_booking()
    before = [(str(event["UID"]), int(event["SEQUENCE"])) for event in read(booking)[1:]]
    booking.calendar_sequence = 3
    booking.pickup_at += timedelta(days=2)
    after = [(str(event["UID"]), int(event["SEQUENCE"])) for event in read(booking)[1:]]
    assert before == [(f"{booking.pk}-{leg}@totetaxi", 0) for leg in ("pickup", "delivery")]
    assert after == [(uid, 3) for uid, _sequence in before]


def test_calendar_of_a_cancelled_booking_takes_the_events_back(confirmed_booking, read):
    booking = confirmed_booking()
    assert [str(event["STATUS"]) for event in read(booking)[1:]] == ["CONFIRMED"] * 2
    booking.status = Status.CANCELLED
    assert [str(event["STATUS"]) for event in read(booking)[1:]] == ["CANCELLED"] * 2


@pytest.mark.parametrize(
    ("day", "offset_hours"),
    [
        (date(2026, 10, 31), -4),
        (date(2026, 11, 1), -5),  # clocks went back that morning
        (date(2027, 3, 13), -5),
        (date(2027, 3, 14), -4),  # clocks went forward that morning
    ],
)
def test_calendar_shows_the_wall_time_round_a_clock_change(
    confirmed_booking, read, day, offset_hours
):
    booking = confirmed_booking()
    booking.pickup_date, booking.pickup_at = day, at_new_york(day, time(9))
    _calendar, pickup, delivery = read(booking)
    start = pickup.decoded("DTSTART")
    assert start.replace(tzinfo=None) == datetime.combine(day, time(9))
    assert start.astimezone(UTC) == datetime.combine(day, time(9 - offset_hours), tzinfo=UTC)
    assert delivery.decoded("DTEND").replace(tzinfo=None) == datetime.combine(day, time(18))


def test_calendar_carries_rules_for_programs_that_do_not_know_the_zone(confirmed_booking, read):
    """The zone's own rules, not its name, give New York's offset through many years."""
    calendar = read(confirmed_booking())[0]
    (zone,) = calendar.walk("VTIMEZONE")
    assert str(zone["TZID"]) == "America/New_York"
    from_rules = zone.to_tz(lookup_tzid=False)
    moments = [
        datetime.combine(date(year, month, 15), time(9))
        for year in (2026, 2031)
        for month in range(1, 13)
    ]
    moments += [datetime.combine(day, time(12)) for day in (date(2026, 11, 1), date(2027, 3, 14))]
    assert [moment.replace(tzinfo=from_rules).utcoffset() for moment in moments] == [
        moment.replace(tzinfo=NEW_YORK).utcoffset() for moment in moments
    ]


def test_calendar_cannot_be_broken_open_by_typed_words(confirmed_booking, read):
    booking = confirmed_booking()
    canary = "Bell\r\nEND:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:x;a,b"
    pickup = booking.addresses.get(leg="pickup")
    pickup.access_notes = canary
    pickup.save()
    calendar, *events = read(booking)
    assert len(calendar.walk("VEVENT")) == 2
    assert "END:VEVENT" in str(events[0]["DESCRIPTION"])
