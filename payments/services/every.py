"""One bad row does not keep the rest from their turn."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from payments.gateway import GatewayDownError

logger = logging.getLogger("payments")

T = TypeVar("T")


def every(act: Callable[[T], object], items: Iterable[T]) -> Exception | None:
    """Act on each item, whatever became of the others. Answers the first error, to be raised.

    Where Stripe is down the rest would only wait in vain: that is raised at once.
    """
    first: Exception | None = None
    for item in items:
        try:
            act(item)
        except GatewayDownError:
            raise
        except Exception as error:
            logger.exception("item_failed item=%s", getattr(item, "pk", item))
            first = first or error
    return first
