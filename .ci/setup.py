"""Make this checkout ready to run: virtual environment, locked packages, stylesheet.

Run through `make setup`. Only the standard library is at hand here. Nothing is done twice: a stamp
in the environment names what was installed, and the stylesheet is built when a source is newer.
"""

import argparse
import hashlib
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.txt"

STYLESHEETS = ROOT / "static" / "css"
STYLE_ENTRIES = [ROOT / "static" / "src" / name for name in ("app.css", "office.css")]
# Where class names are written; Tailwind reads the same places (`@source` in app.css).
STYLE_SOURCES = [
    ("static/src", "*"),
    ("static/js", "*.js"),
    ("templates", "*.html"),
    *((app, "*.py") for app in ("accounts", "booking", "payments", "staff", "totetaxi")),
]


def main() -> None:
    """Parse the command line and do what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runtime", action="store_true", help="only what the site runs on")
    parser.add_argument("--css", action="store_true", help="build the stylesheets in any case")
    options = parser.parse_args()
    install("requirements.txt" if options.runtime else "requirements-dev.txt")
    if STYLE_ENTRIES[0].exists() and (options.css or stylesheets_are_stale()):
        build_stylesheets()


def install(lock_name: str) -> None:
    """Bring `.venv` to what the lock says, unless its stamp says that it is there already."""
    if not is_venv_of_this_python() or was_moved():
        with step(f"Making .venv with Python {sys.version.split()[0]}"):
            venv.EnvBuilder(clear=True, symlinks=True, with_pip=True).create(VENV)
    # The development lock holds everything of the other one.
    enough = {fingerprint(name) for name in (lock_name, "requirements-dev.txt")}
    if STAMP.exists() and STAMP.read_text() in enough:
        return
    with step(f"Installing {lock_name}"):
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "-qq"]
        # Compiling 8,000 modules, of which few are ever imported, would double the time.
        run([*pip, "install", "--no-compile", "--require-hashes", "-r", str(ROOT / lock_name)])
        run([*pip, "check"])
    STAMP.write_text(fingerprint(lock_name))


def fingerprint(lock_name: str) -> str:
    """What the stamp holds once this lock is installed."""
    return f"{VENV}\n{lock_name} {hashlib.sha256((ROOT / lock_name).read_bytes()).hexdigest()}\n"


def is_venv_of_this_python() -> bool:
    """Whether `.venv` is there and works, with the same Python as the one that runs this file."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return True
    try:
        asked = [str(PYTHON), "-c", "import sys; print(sys.version)"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.strip() == sys.version


def was_moved() -> bool:
    """Whether the checkout has got another path, which the scripts in `.venv` do not survive."""
    return STAMP.exists() and STAMP.read_text().split("\n")[0] != str(VENV)


def stylesheets_are_stale() -> bool:
    """Whether any source of the stylesheets is newer than one of them, or one was never built."""
    sheets = [STYLESHEETS / entry.name for entry in STYLE_ENTRIES]
    if not all(sheet.exists() for sheet in sheets):
        return True
    built = min(sheet.stat().st_mtime for sheet in sheets)
    return any(path.stat().st_mtime > built for path in style_sources())


def style_sources() -> Iterator[Path]:
    """Every file whose change can change a stylesheet, the lock (Tailwind's version) included."""
    yield ROOT / "requirements.txt"
    for folder, pattern in STYLE_SOURCES:
        yield from (path for path in (ROOT / folder).rglob(pattern) if path.is_file())


def build_stylesheets() -> None:
    """Build and minify static/css/*.css."""
    with step("Building the stylesheets"):
        STYLESHEETS.mkdir(parents=True, exist_ok=True)
        tailwind = str(VENV / "bin" / "tailwindcss")
        for entry in STYLE_ENTRIES:
            sheet = STYLESHEETS / entry.name
            run([tailwind, "-i", str(entry), "-o", str(sheet), "--minify"], quiet=True)
            sheet.touch()  # Tailwind leaves an unchanged file alone


class step:  # noqa: N801  reads like a statement
    """Announce a step, and say how long it took."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __enter__(self) -> None:
        self.started = time.monotonic()
        print(f"{self.text} ...", end=" ", flush=True)

    def __exit__(self, error: object, *_: object) -> None:
        print("failed" if error else f"{time.monotonic() - self.started:.1f} s", flush=True)


def run(command: list[str], *, quiet: bool = False) -> None:
    """Run a command in the checkout. Ends the setup with its output when it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=quiet, text=True, check=False)
    if done.returncode:
        print(f"\n{done.stdout or ''}{done.stderr or ''}", file=sys.stderr)
        raise SystemExit(f"setup: this failed: {' '.join(command)}")


if __name__ == "__main__":
    main()
