"""`python -m totetaxi.sandbox.stripe`: Stripe for development, until Ctrl-C or SIGTERM."""

import logging
import signal
import sys
import threading
from dataclasses import asdict

from .config import RefusedError, read_config
from .server import SandboxServer


def main() -> int:
    """Run the sandbox; return the exit status."""
    logging.basicConfig(format="stripe  %(message)s", level=logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        sandbox = SandboxServer(**asdict(read_config()))
    except RefusedError as error:
        print(error, file=sys.stderr)
        return 2
    ended = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: ended.set())
    with sandbox:
        told = f"Stripe sandbox on {sandbox.base_url}, webhooks to {sandbox.webhook_url}"
        print(told, flush=True)
        ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
