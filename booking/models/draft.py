"""A booking being filled in by the wizard."""

from typing import Any

from django.conf import settings
from django.db import models

from totetaxi.lib.models import Entity


class Draft(Entity):
    """What somebody has typed so far, a step at a time. Never paid; pruned when old.

    `typed` maps a step to its fields as they were typed, valid or not, so that nothing is lost.
    `reached` is the furthest step whose form was accepted, 0 before the first.
    """

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="drafts",
    )
    typed = models.JSONField(default=dict)
    reached = models.PositiveSmallIntegerField(default=0)
    # The total that the person last saw, in cents: Pay makes nothing at another price.
    shown_total_cents = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["updated_at"], name="draft_age"),)

    def __str__(self) -> str:
        return str(self.pk)

    def step(self, name: str) -> dict[str, Any]:
        """What was typed at a step; empty before it was visited."""
        return self.typed.get(name, {})


class StepReached(models.Model):
    """That a draft came to a step, and when. Outlives the draft: conversion is counted here."""

    draft_key = models.UUIDField()
    step = models.CharField(max_length=12)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "steps reached"
        constraints = (
            models.UniqueConstraint(fields=["draft_key", "step"], name="step_reached_once"),
        )

    def __str__(self) -> str:
        return self.step
