"""Numbers of bookings and documents: no duplicates under concurrency, no gaps."""

from django.db import models


class Counter(models.Model):
    """A locked counter: numbers without duplicates under concurrency."""

    name = models.CharField(max_length=32, primary_key=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


def next_number(name: str = "booking") -> int:
    """The next number of a kind, from 1 upward. Call it inside the transaction that uses it.

    The counter's row stays locked until that transaction ends, so a rollback takes the number
    back. Call it late: whoever else needs a number of this kind waits for it.
    """
    counter, _created = Counter.objects.select_for_update().get_or_create(name=name)
    counter.value += 1
    counter.save(update_fields=["value"])
    return counter.value
