"""The one place that reads the clock and knows New York.

Instants are aware datetimes in UTC. Days and wall-clock times that people see are New York's.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the one place that reads the clock


def new_york(moment: datetime) -> datetime:
    """The same instant as New York's clocks show it."""
    return moment.astimezone(NEW_YORK)


def today(moment: datetime) -> date:
    """New York's date at an instant, whatever the server's own zone."""
    return new_york(moment).date()


def at_new_york(day: date, wall: time) -> datetime:
    """The instant, in UTC, at which New York's clocks show `wall` on `day`.

    A time that a spring change skips is taken an hour later, one that an autumn change repeats
    is taken the first time.
    """
    return datetime.combine(day, wall, tzinfo=NEW_YORK).astimezone(UTC)
