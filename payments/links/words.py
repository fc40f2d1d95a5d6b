"""What the mail and the page of a payment link say alike."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.notifications.schedule import day_words, time_words
from payments.models import PaymentLink


def deadline_words(link: PaymentLink) -> str:
    """`Wednesday, November 25, 2:10 PM`: until when it can be paid."""
    return _("%(day)s, %(time)s") % {
        "day": day_words(link.expires_at),
        "time": time_words(link.expires_at),
    }
