"""Background work, and the only door to django-q2.

Rows are the truth, the queue is a hint. An app keeps its work in a table of its own, a `WorkRow`,
and says once, in its `AppConfig.ready`, who does it:

    queue.register(
        name="payments.stripe_event",
        model="payments.StripeEvent",
        run="payments.tasks.process_event",  # def process_event(pk: str) -> None
        on_parked="payments.tasks.event_parked",  # def event_parked(pk: str, error: str) -> None
    )

In the transaction that makes a row it calls `queue.hint("payments.stripe_event")`; `queue.add` does
both at once. A worker takes the hint, and drains every due row of that kind. A hint may be lost at
any time: the supervisor (`manage.py worker`) sweeps every few seconds for due rows that nobody was
told of.

`run` gets the row's key, outside any transaction. It locks what it changes, speaks to vendors
outside its own transactions, and may run twice for one row, so its effects are keyed. It returns
None (done) or `WorkState.IGNORED`, or raises: `PermanentError` parks the row at once,
`TryLaterError` waits without counting as a failure, anything else is tried again later.
"""

from totetaxi.lib.queue import checks as checks  # registers the system checks
from totetaxi.lib.queue.adding import add
from totetaxi.lib.queue.draining import PermanentError, TryLaterError, drain, retry
from totetaxi.lib.queue.hints import hint, run_pending, sweep
from totetaxi.lib.queue.jobs import last_run, plan_jobs, run_soon, schedule
from totetaxi.lib.queue.kinds import Kind, dotted_names, register
from totetaxi.lib.queue.report import Health, health

__all__ = [
    "Health",
    "Kind",
    "PermanentError",
    "TryLaterError",
    "add",
    "dotted_names",
    "drain",
    "health",
    "hint",
    "last_run",
    "plan_jobs",
    "register",
    "retry",
    "run_pending",
    "run_soon",
    "schedule",
    "sweep",
]
