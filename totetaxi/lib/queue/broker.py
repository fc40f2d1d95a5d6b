"""django-q2's ORM broker, made to carry hints."""

from time import sleep
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ

from totetaxi.lib.queue import heartbeat

HINT_PREFIX = "hint:"
BEAT_PREFIX = "beat:"


class HintBroker(ORM):  # type: ignore[misc]  # django-q2 has no types
    """One database row is one waiting hint; its key says of what kind.

    It differs from its base in three ways. A row is deleted when it is taken, not after its task:
    a hint that is lost with its worker is given again by the sweeper, while a hint that comes
    again by itself (`retry`) only makes work run twice. Rows are taken in order. And the rows of
    a supervisor's heartbeat are taken by its own cluster alone, and acknowledged by the monitor
    process, so that an answer proves the whole circle: pusher, worker, monitor.
    """

    def waiting(self) -> QuerySet[OrmQ]:
        """Hints that this cluster may take."""
        beat = BEAT_PREFIX + heartbeat.worker_id()
        rows: QuerySet[OrmQ] = self.get_connection().filter(
            Q(key__startswith=HINT_PREFIX) | Q(key=beat)
        )
        return rows

    def take(self) -> list[tuple[str, str]]:
        """Delete up to `bulk` waiting rows; answer (acknowledgement, payload) of each.

        A row that is locked was just relied on by a transaction that has not ended yet (see
        `hints.hint`): it is left for the next look.
        """
        if not self.waiting().exists():  # a read alone; SQLite's write lock is not for polling
            return []
        with transaction.atomic(using=Conf.ORM):
            rows = list(
                self.waiting().select_for_update(skip_locked=True).order_by("id")[: Conf.BULK]
            )
            self.get_connection().filter(pk__in=[row.pk for row in rows]).delete()
        return [(row.key if row.key.startswith(BEAT_PREFIX) else "", row.payload) for row in rows]

    def dequeue(self) -> list[tuple[str, str]] | None:
        """Called by the pusher process in a loop; pauses when there is nothing to do."""
        taken = self.take()
        if not taken:
            sleep(Conf.POLL)
        return taken

    def queue_size(self) -> int:
        """How many hints wait; django-q2's own monitoring shows it."""
        return self.waiting().count()

    def acknowledge(self, task_id: Any) -> None:
        """Called by the monitor process once a heartbeat was executed."""
        heartbeat.answered(str(task_id).removeprefix(BEAT_PREFIX))

    def fail(self, task_id: Any) -> None:
        """A payload signed with another SECRET_KEY. It is gone; the sweeper hints again."""
