from django.apps import AppConfig

from tests.bench.chores import BATCHED, SINGLE


class ChoresConfig(AppConfig):
    """Two kinds of work: rows one at a time, and in batches as Stripe's events are."""

    name = "tests.bench.chores"
    label = "chores"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the queue of them."""
        from totetaxi.lib import queue  # imports models, which are loaded only now

        work = "tests.bench.chores.work.do_nothing"
        queue.register(name=SINGLE, model="chores.SingleChore", run=work)
        queue.register(name=BATCHED, model="chores.BatchedChore", run=work, batch=10)
