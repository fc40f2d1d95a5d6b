"""Makes the limit project's rows: `python -m tests.bench.limit.data`, or `... jobs 1000`.

Prints the visitors' sessions, as JSON.
"""

import json
import sys
from datetime import timedelta

import django
from django.core.management import call_command

TRIPS = 20_000
VISITORS = 16


def prepare() -> list[str]:
    """Tables, trips, and a session for each visitor; answers the sessions' keys."""
    from django.contrib.sessions.backends.db import SessionStore  # needs the apps

    from tests.bench.limit.models import Place, Trip
    from tests.bench.limit.views import FIRST

    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    places = Place.objects.bulk_create(Place(name=f"Place {number}") for number in range(20))
    Trip.objects.bulk_create(
        (
            Trip(
                code=f"TT-{number:06d}",
                title=f"Manhattan to East Hampton, with {number % 30} bags",
                place=places[number % len(places)],
                at=FIRST - timedelta(hours=number),
                cents=99_500 + number,
            )
            for number in range(TRIPS)
        ),
        batch_size=2000,
    )
    keys = []
    for _visitor in range(VISITORS):
        session = SessionStore()
        session["name"] = "Claire Ellery"
        session.save()
        keys.append({"session": session.session_key})
    return keys


def add_jobs(count: int) -> None:
    """Due rows of background work, in place of those that were done."""
    from tests.bench.limit.models import Job  # needs the apps
    from tests.bench.limit.views import FIRST

    Job.objects.all().delete()
    Job.objects.bulk_create(
        (Job(due_at=FIRST - timedelta(days=90, seconds=number)) for number in range(count)),
        batch_size=2000,
    )


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:2] == ["jobs"]:
        add_jobs(int(sys.argv[2]))
    else:
        print(json.dumps(prepare()))
