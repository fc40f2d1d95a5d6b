"""What every table of background work has in common.

Rows are the truth, the queue is a hint (FAULTS.md): whatever must happen later is a row of such a
table, written in the transaction that makes it necessary. `totetaxi.lib.queue` does the rest.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from totetaxi.lib import clock


class WorkState(models.TextChoices):
    """Where a piece of work stands. Only `due` rows are looked at by the queue."""

    HELD = "held", _("Held")  # not work yet: waits for a person, such as an approval
    DUE = "due", _("Due")  # to be done at `next_try_at`, or leased by a worker until then
    DONE = "done", _("Done")
    IGNORED = "ignored", _("Ignored")  # looked at; there was nothing to do
    PARKED = "parked", _("Parked")  # given up after the last attempt: a person must look


class WorkRow(models.Model):
    """Columns of a row that a worker must act on.

    `next_try_at` (UTC) is when the row is due; while a worker has it, the end of its lease.
    `attempts` counts starts, and is raised before the work begins, so that a row that kills its
    worker is parked too. `last_error` names the error's class and place, never its text, which
    could hold personal data.

    A subclass with a Meta of its own repeats `(*WorkRow.Meta.indexes, ...)` and
    `(*WorkRow.Meta.constraints, ...)`.
    """

    State = WorkState

    work_state = models.CharField(
        max_length=8, choices=WorkState.choices, default=WorkState.DUE, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_try_at = models.DateTimeField(default=clock.now, editable=False)
    last_error = models.CharField(max_length=200, blank=True, default="", editable=False)

    class Meta:
        abstract = True
        # Partial, so that they stay small however many rows are done.
        indexes = (
            models.Index(
                fields=["next_try_at"], condition=Q(work_state="due"), name="%(class)s_due"
            ),
            models.Index(
                fields=["work_state"], condition=Q(work_state="parked"), name="%(class)s_parked"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(work_state__in=["held", "due", "done", "ignored", "parked"]),
                name="%(class)s_work_state_known",
            ),
        )
