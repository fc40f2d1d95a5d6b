"""Where a dispute stands in the back office."""

from django.urls import reverse


def dispute_place(about: str) -> str:
    """The page of the dispute that an alert is about: its key, and whether it was lost."""
    return reverse("staff:dispute", args=[about.partition(":")[0]])
