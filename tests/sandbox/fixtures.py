"""The Stripe sandbox for every test that needs it.

- `stripe_sandbox`: a running sandbox, empty, that judges all its traffic when the test ends

It keeps webhooks until `stripe_sandbox.deliver_with(send)` gives them to the test's own receiver,
or until `stripe_sandbox.webhook_url` is set.
"""

from collections.abc import Iterator

import pytest

from tests.stripe_spec import traffic_errors
from totetaxi.sandbox.stripe.server import SandboxServer

ONE_HOUR = 3600.0


class JudgedSandbox(SandboxServer):
    """A sandbox whose traffic must agree with Stripe's published description."""

    judges_requests = True
    """A test that sends nonsense on purpose sets this to False; answers are judged all the same."""

    def findings(self) -> list[str]:
        """Return all that disagrees with the description."""
        found = traffic_errors(self.requests(), self.events())
        return [line for line in found if self.judges_requests or not line.startswith("request ")]

    def reset(self) -> None:
        """Begin afresh, also in what it judges."""
        super().reset()
        self.webhook_url = None
        self.judges_requests = True


@pytest.fixture(scope="session")
def stripe_sandbox_server() -> Iterator[JudgedSandbox]:
    """One server for each worker. Charges get their fee at `settle()`, or after an hour; so do
    refunds end that do not end at once.
    """
    with JudgedSandbox(
        settle_seconds=ONE_HOUR, refund_seconds=ONE_HOUR, retry_seconds=0.05
    ) as sandbox:
        yield sandbox


@pytest.fixture
def stripe_sandbox(stripe_sandbox_server: JudgedSandbox) -> Iterator[JudgedSandbox]:
    """An empty sandbox; at the end every request, answer and event must be as Stripe has them."""
    stripe_sandbox_server.reset()
    yield stripe_sandbox_server
    assert stripe_sandbox_server.findings() == []
