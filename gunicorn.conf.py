"""How gunicorn serves the site; it reads this file by itself. WEB_CONCURRENCY: its processes."""

import gc
import os
from pathlib import Path
from typing import Any

wsgi_app = "totetaxi.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
max_requests = 10_000
max_requests_jitter = 1_000
# Loaded once, before the workers are forked: they share its memory.
preload_app = True
control_socket_disable = True
# Heartbeats of the workers must never wait for a disk.
if Path("/dev/shm").is_dir():  # noqa: S108
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def when_ready(_server: Any) -> None:
    """Leave what is loaded out of garbage collection, which would write to every shared page."""
    gc.collect()
    gc.freeze()
