"""Running the sandbox: in a thread for tests, or for as long as the process lives."""

import logging
import os
import threading
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .app import create_app
from .config import Config, refuse_production
from .control.commands import Commands
from .webhooks.sender import Background
from .world import World


class QuietHandler(WSGIRequestHandler):
    """Logs calls of the API only, in one short line."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write method, path and status."""
        del size
        if self.path.startswith("/v1/"):
            logging.getLogger("sandbox.stripe").info(
                "%s %s %s", self.command, self.path.partition("?")[0], code
            )


class SandboxServer(Commands):
    """A sandbox in a thread, on a free port, in memory: `with SandboxServer() as sandbox: ...`.

    It has every command of `Commands` as a method, and `base_url` for `STRIPE_API_BASE`. Without
    a `webhook_url` events are kept and nothing is sent: give them to your own receiver with
    `deliver_with`, or set `webhook_url` later.
    """

    def __init__(self, **settings: Any) -> None:
        """Take any fields of `Config`; by default no file, a free port and no webhook address.

        Raises:
            RefusedError: this is production.
        """
        refuse_production(os.environ)
        config = Config(**{"port": 0, "database": None, "webhook_url": None, **settings})
        super().__init__(World(config))
        self._background = Background(self.world)
        self._server: BaseWSGIServer = make_server(
            config.host,
            config.port,
            create_app(self.world),
            threaded=True,
            request_handler=QuietHandler,
        )
        self.world.configure(port=self._server.server_port)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="sandbox-stripe",
            daemon=True,
        )

    @property
    def base_url(self) -> str:
        """Where the API answers, without a slash at the end."""
        return f"http://{self.world.config.host}:{self.world.config.port}"

    @property
    def webhook_url(self) -> str | None:
        """Where webhooks go; None keeps them."""
        return self.world.config.webhook_url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self.world.configure(webhook_url=url)
        self.world.wake.set()

    @property
    def webhook_secret(self) -> str:
        """What webhooks are signed with."""
        return self.world.config.webhook_secret

    def start(self) -> Self:
        """Begin to answer, to keep time and to send webhooks."""
        self._background.start()
        self._thread.start()
        return self

    def wait(self) -> None:
        """Return when the server has ended."""
        self._thread.join()

    def stop(self) -> None:
        """End, and free the port and the file."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._background.stop()
        self.world.store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
