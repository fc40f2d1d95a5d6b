"""The cluster's process group: started, asked to end, killed as one."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[2]
# Leads the group, and outlives its other members. Its standard input is a pipe that only the
# supervisor holds open: when the supervisor is gone, however it went, the read ends, and the
# whole group is killed. No orphan survives, on any POSIX system.
_GUARD = ["/bin/sh", "-c", "trap '' INT TERM; read -r _; kill -9 0"]


class ClusterGroup:
    """A running cluster: the guard, django-q2's main process and all its children."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.guard = subprocess.Popen(_GUARD, stdin=subprocess.PIPE, process_group=0)
        self.cluster = subprocess.Popen(
            [sys.executable, "-m", "totetaxi.management.cluster"],
            cwd=_PROJECT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            process_group=self.guard.pid,
        )

    def fault(self) -> str | None:
        """Why the group cannot go on, if one of its two pillars has ended."""
        code = self.cluster.poll()
        if code is not None:
            return f"cluster_exited_{code}"
        return None if self.guard.poll() is None else "guard_exited"

    def ask_to_end(self) -> None:
        """Let every worker finish its task. Only the main process may be told (SIGTERM)."""
        if self.cluster.poll() is None:
            self.cluster.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End every process of the group at once. A blocked cluster hears nothing else."""
        # The guard's id is the group's. Neither was waited for, so the id cannot have been reused.
        with contextlib.suppress(ProcessLookupError, PermissionError):  # all have ended already
            os.killpg(self.guard.pid, signal.SIGKILL)
        self.cluster.wait()
        self.guard.wait()
        if self.guard.stdin:
            self.guard.stdin.close()
