"""The limit project's tables."""

from django.db import models
from django.db.models import Q


class Place(models.Model):  # noqa: DJ008  nobody prints it
    """What a list's rows belong to."""

    name = models.CharField(max_length=60)


class Trip(models.Model):  # noqa: DJ008  nobody prints it
    """A row of lists."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    at = models.DateTimeField(db_index=True)
    cents = models.PositiveIntegerField()


class Event(models.Model):  # noqa: DJ008  nobody prints it
    """A webhook."""

    id = models.CharField(primary_key=True, max_length=80)
    payload = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)


class Job(models.Model):  # noqa: DJ008  nobody prints it
    """A piece of background work."""

    due_at = models.DateTimeField()
    is_done = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["due_at"], condition=Q(is_done=False), name="job_due"),)
