"""What a day came to: a row for each, so that nobody adds up years of bookings to see a month."""

from django.db import models


class KpiDay(models.Model):
    """One New York day that is over. Written by `staff.kpi.services` alone; cents for money.

    Everything belongs to the day on which it happened: a booking to the day it was paid or
    started, a refund to the day it went back. So the rows of a span add up to what its bookings,
    payments and refunds come to. What each figure counts says `staff.kpi.figures.Figures`.
    """

    date = models.DateField(primary_key=True)
    booked = models.PositiveIntegerField(default=0)
    web_booked = models.PositiveIntegerField(default=0)
    repeat_booked = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    drafts_begun = models.PositiveIntegerField(default=0)
    captured_cents = models.PositiveBigIntegerField(default=0)
    refunded_cents = models.PositiveBigIntegerField(default=0)
    payments_made = models.PositiveIntegerField(default=0)
    payments_declined = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date}"
