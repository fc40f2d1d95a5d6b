"""Trouble on demand: the next calls that match a method and a path go wrong."""

import threading
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

KINDS = (
    "delay",  # only slow
    "rate_limit",  # 429, no work done
    "error_before",  # 500, no work done
    "error_after",  # 500, work done, the 500 stored under the idempotency key
    "drop_before",  # connection closed, no work done
    "drop_after",  # connection closed, work done and the answer stored under the key
    "malformed",  # work done, half of the JSON sent
)


class UnknownFaultError(ValueError):
    """There is no such kind of trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One order: `times` calls of `method` on `path` (with * as in file names) go wrong.

    `seconds` of waiting come first, while the call holds its idempotency key.
    """

    kind: str
    method: str = "*"
    path: str = "/v1/*"
    times: int = 1
    seconds: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist."""
        if self.kind not in KINDS:
            message = f"Unknown fault {self.kind!r}; there are {', '.join(KINDS)}."
            raise UnknownFaultError(message)

    def matches(self, method: str, path: str) -> bool:
        """Whether the call is one of those meant."""
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


class Faults:
    """The orders that still stand, first come first served."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._orders: list[Fault] = []

    def add(self, kind: str, **details: Any) -> Fault:
        """Order trouble; `details` are the other fields of Fault."""
        fault = Fault(kind=kind, **details)
        with self._lock:
            self._orders.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """Return the first order for this call and count it down, or None."""
        with self._lock:
            for position, fault in enumerate(self._orders):
                if fault.matches(method, path):
                    if fault.times > 1:
                        self._orders[position] = replace(fault, times=fault.times - 1)
                    else:
                        del self._orders[position]
                    return fault
        return None

    def clear(self) -> None:
        """Forget all orders."""
        with self._lock:
            self._orders.clear()

    def standing(self) -> list[Fault]:
        """Return the orders that still stand."""
        with self._lock:
            return list(self._orders)
