"""Entry point of the supervised django-q2 cluster: `python -m totetaxi.management.cluster`.

Started by the supervisor alone. Loads every function that workers will run before they are forked,
so that they share its memory, and a missing one is seen at once.
"""

import gc
import logging
import os

import django
from django.core.management import call_command

logger = logging.getLogger("totetaxi.worker")


def main() -> None:
    """Become a cluster."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "totetaxi.settings")
    django.setup()
    # These need Django's apps to be ready.
    from totetaxi.lib import queue
    from totetaxi.lib.queue.kinds import resolve

    for dotted in queue.dotted_names():
        try:
            resolve(dotted)
        except ImportError:  # the other kinds of work go on
            logger.exception("preload_failed function=%s", dotted)
    gc.collect()
    gc.freeze()  # what exists now is never touched by a child's collector, and stays shared
    call_command("qcluster")


if __name__ == "__main__":
    main()
