"""What stands beside the code keeps its word: locks, settings, commands, setup."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command, get_commands

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==([^;\s]+)", re.MULTILINE)


# ----------------------------------------------------------------------------------------- locks


def pins(lock: str) -> dict[str, str]:
    """Package -> version of a lock file, or of a list of wanted packages."""
    return dict(PIN.findall((ROOT / lock).read_text()))


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_lock_holds_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[a-z])", text.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"\S*(?:://|--index|--find-links|@ ).*", text) == []


def test_locks_agree() -> None:
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: development.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("wanted", ["requirements.in", "requirements-dev.in"])
def test_lock_is_made_from_what_is_wanted(wanted: str) -> None:
    locked = pins(wanted.replace(".in", ".txt"))
    direct = pins(wanted)
    assert {name: locked.get(name) for name in direct} == direct


# -------------------------------------------------------------------------------------- settings


def settings_read() -> list[str]:
    """The variables that env.py reads."""
    source = (ROOT / "totetaxi" / "env.py").read_text()
    return sorted(set(re.findall(r"""\b(?:read\.\w+|text)\(\s*"([A-Z][A-Z_]+)\"""", source)))


def test_env_example_names_every_setting() -> None:
    example = (ROOT / ".env.example").read_text()
    named = re.findall(r"^# ([A-Z][A-Z_]+)=", example, re.MULTILINE)
    assert sorted(named) == settings_read()


def test_readme_lists_every_setting() -> None:
    readme = (ROOT / "README.md").read_text().partition("\n## Settings\n")[2]
    named = re.findall(r"^\| `([A-Z][A-Z_]+)` \|", readme, re.MULTILINE)
    assert sorted(named) == settings_read()


# ---------------------------------------------------------------------------------------- papers


def papers() -> list[Path]:
    """What people read: the pages at the top, and the folder of papers."""
    return [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")] + sorted(
        (ROOT / "docs").glob("*.md")
    )


def test_papers_link_to_files_that_are_there() -> None:
    links = [
        (paper, link)
        for paper in papers()
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text())
    ]
    assert [link for paper, link in links if not (paper.parent / link).exists()] == []
    assert len(links) >= 8


def test_papers_name_real_commands() -> None:
    named = {
        name for paper in papers() for name in re.findall(r"manage\.py (\w+)", paper.read_text())
    }
    assert named - set(get_commands()) == set()
    assert {"create_admin", "seed_demo", "load_catalogue", "worker"} <= named


# -------------------------------------------------------------------------------------- commands


def test_procfile_and_compose_name_real_commands() -> None:
    texts = [(ROOT / name).read_text() for name in ("Procfile", "compose.yaml", "Dockerfile")]
    named = set(re.findall(r"manage\.py (\w+)", " ".join(texts)))
    assert named - set(get_commands()) == set()
    assert {"migrate", "load_catalogue", "worker"} <= named


def test_static_files_are_ready_for_production(tmp_path: Path, settings: LazySettings) -> None:
    settings.STATIC_ROOT = tmp_path
    hashed = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"  # compresses nothing
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": hashed}}

    call_command("collectstatic", interactive=False, verbosity=0)

    files = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    for name in ("app", "office"):
        assert re.fullmatch(rf"css/{name}\.[0-9a-f]{{12}}\.css", files[f"css/{name}.css"])
    assert [name for name in files if name.startswith("src/")] == []  # Tailwind's input


def test_images_come_from_no_named_registry() -> None:
    dockerfile, compose = (ROOT / "Dockerfile").read_text(), (ROOT / "compose.yaml").read_text()
    images = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    images += re.findall(r"^\s+image: (\S+)", compose, re.MULTILINE)
    assert [image for image in images if "." in image.partition("/")[0] and "/" in image] == []
    assert len(images) == 4


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^  make (\w+) +\S", shown.stdout, re.MULTILINE)) == targets
    assert targets >= {"setup", "run", "test", "lint", "format", "bench", "help"}


# ----------------------------------------------------------------------------------------- setup


class Machine:
    """A machine with nothing but a shell and the Pythons that a test gives it."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.bin = folder / "bin"
        (self.checkout / ".ci").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(ROOT / ".ci" / "setup", self.checkout / ".ci")
        for tool in ("sh", "dirname", "ls", "cat"):
            (self.bin / tool).symlink_to(str(shutil.which(tool)))

    def add_python(self, name: str, answer: str) -> None:
        """A Python that answers the probe so, and says its name when it runs setup.py.

        An empty answer is that of a version manager's shim for a version that is not there.
        """
        code = f"""#!/bin/sh
            [ -n "{answer}" ] || exit 127
            case "$1$2" in
                *ensurepip*) echo "{answer}" ;;
                -c*) echo 3.12 ;;
                *) echo "{name} runs ${{1##*/}} $2" ;;
            esac
        """
        (self.bin / name).write_text(code)
        (self.bin / name).chmod(0o755)

    def set_up(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run `.ci/setup`. Returns its exit code and all that it printed."""
        done = subprocess.run(
            [self.checkout / ".ci" / "setup", *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.checkout), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def has_own_python() -> bool:
    """Whether a usual place outside PATH holds a Python, which no test can take away."""
    places: Iterator[Path] = Path("/").glob("usr/local/bin/python3.1[1-9]")
    return any(places) or any(Path("/").glob("opt/homebrew/bin/python3.1[1-9]"))


def test_setup_takes_the_newest_python_that_works(machine: Machine) -> None:
    machine.add_python("python3", "3011002 ok")
    machine.add_python("python3.12", "3012001 ok")
    machine.add_python("python3.13", "3013001 bare")
    machine.add_python("python3.14", "")

    assert machine.set_up("--runtime", PYTHON="") == (0, "python3.12 runs setup.py --runtime\n")


def test_setup_takes_the_python_that_is_asked_for(machine: Machine) -> None:
    machine.add_python("python3.11", "3011002 ok")
    machine.add_python("python3.12", "3012001 ok")

    assert machine.set_up(PYTHON="python3.11") == (0, "python3.11 runs setup.py \n")


@pytest.mark.skipif(has_own_python(), reason="this machine's own Python cannot be hidden")
def test_setup_says_what_to_install(machine: Machine) -> None:
    machine.add_python("python3", "")
    assert machine.set_up() == (
        1,
        """setup: ToteTaxi needs Python 3.11 or newer.
       Debian, Ubuntu: sudo apt-get install python3 python3-venv   macOS: brew install python
""",
    )


@pytest.mark.skipif(has_own_python(), reason="this machine's own Python cannot be hidden")
def test_setup_says_when_a_python_lacks_its_venv(machine: Machine) -> None:
    machine.add_python("python3.12", "3012001 bare")
    assert machine.set_up() == (
        1,
        f"""setup: {machine.bin}/python3.12 is there, but cannot make a virtual environment.
       On Debian or Ubuntu: sudo apt-get install python3.12-venv
""",
    )


def test_scripts_may_be_run() -> None:
    scripts = [ROOT / ".ci" / name for name in ("lock", "run", "setup")]
    assert [script.name for script in scripts if not os.access(script, os.X_OK)] == []
