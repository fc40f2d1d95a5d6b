"""Tables of the queue's own bookkeeping. `totetaxi.lib.queue` reaches them by name."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from totetaxi.lib.work import WorkRow


class JobRun(WorkRow):
    """One run of a scheduled job, for one slot (UTC) of its schedule."""

    name = models.CharField(max_length=80)
    slot = models.DateTimeField()

    class Meta:
        verbose_name = _("job run")
        ordering = ("-slot", "name")
        indexes = (*WorkRow.Meta.indexes,)
        constraints = (
            *WorkRow.Meta.constraints,
            models.UniqueConstraint(fields=["name", "slot"], name="job_run_once_per_slot"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(work_state="due"), name="job_run_one_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.slot:%Y-%m-%d %H:%M}"


class WorkerHeartbeat(models.Model):
    """Signs of life of one supervised cluster (`manage.py worker`); all times are UTC."""

    worker_id = models.CharField(primary_key=True, max_length=32)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("worker's heartbeat")
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.host} {self.pid}"
