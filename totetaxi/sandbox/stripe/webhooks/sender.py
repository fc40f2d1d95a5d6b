"""The background: looks for what is due, and sends webhooks, a few at a time."""

import http.client
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from totetaxi.sandbox.stripe.lifecycle import catch_up
from totetaxi.sandbox.stripe.world import World

from . import modes
from .outbox import Send, attempt, recover, take

_TIMEOUT_SECONDS = 10
_PARALLEL = 4
_LOOK_EVERY_SECONDS = 0.25


def http_send(url: str) -> Send:
    """Return what posts to this address. It follows no redirect, as Stripe does not."""
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def send(body: bytes, headers: Mapping[str, str]) -> int:
        connection = make(parts.netloc, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("POST", target, body, dict(headers))
            return connection.getresponse().status
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    return send


class Background:
    """A thread that keeps the sandbox's time and empties its outbox."""

    def __init__(self, world: World) -> None:
        """Prepare; nothing runs before `start`."""
        self._world = world
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(_PARALLEL, thread_name_prefix="sandbox-webhook")
        self._thread = threading.Thread(target=self._run, name="sandbox-time", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process left unsent."""
        recover(self._world)
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for what is being sent."""
        self._stop.set()
        self._world.wake.set()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._world.wake.wait(_LOOK_EVERY_SECONDS)
            self._world.wake.clear()
            catch_up(self._world)
            url = self._world.config.webhook_url
            if url and not self._stop.is_set() and not modes.current(self._world).hold:
                send = http_send(url)
                for delivery in take(self._world):
                    self._pool.submit(attempt, self._world, delivery, send)
