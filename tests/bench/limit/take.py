"""Lqueue: `python -m tests.bench.limit.take` works off due rows, one in each transaction.

It says `ready`, waits for a line, works until nothing is due, and says how many rows it did.
"""

import sys

import django
from django.db import transaction


def take_all() -> int:
    """Take a due row that nobody holds, mark it done, and so on."""
    from tests.bench.limit.models import Job  # needs the apps

    done = 0
    while True:
        with transaction.atomic():
            due = Job.objects.filter(is_done=False).order_by("due_at")
            job = due.select_for_update(skip_locked=True).first()
            if job is None:
                return done
            job.is_done = True
            job.save(update_fields=["is_done"])
        done += 1


if __name__ == "__main__":
    django.setup()
    from tests.bench.limit.models import Job

    Job.objects.filter(pk=0).exists()  # connects
    print("ready", flush=True)
    sys.stdin.readline()
    print(take_all(), flush=True)
