"""Rules of the house that no linter knows. Who may import whom is in pyproject.toml.

Each rule is a function from a text to what is wrong in it; each is shown to catch what it is for.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SITE = ("accounts", "booking", "payments", "staff", "totetaxi")

MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_TEMPLATE = 150

# Names that may stand in few places only, as path patterns.
DOORS = {
    "async_task": ["totetaxi/lib/queue/*"],
    "csrf_exempt": ["payments/webhook_view.py"],
    "mark_safe": [],
    "stripe": ["payments/gateway.py"],
}

SCRIPT_WITHOUT_SRC = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE)
EVENT_ATTRIBUTE = re.compile(r"<[^>]*?\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE)
EVALUATED = re.compile(r"""hx-(?:vals|headers)\s*=\s*["']\s*(?:js|javascript):""", re.IGNORECASE)
STYLE_ATTRIBUTE = re.compile(r"<[^>]*?\sstyle\s*=", re.IGNORECASE)
STYLE_TAG = re.compile(r"<style\b", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|\{%\s*autoescape\s+off")
OTHER_HOST = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=["']https?:""")


def python_files() -> list[Path]:
    """The site's modules, without migrations."""
    files = [path for folder in SITE for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in files if "migrations" not in path.parts)


def templates() -> list[Path]:
    """The site's templates."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


@cache
def tree_of(code: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(code)


def faults(files: list[Path], rule: Callable[[str], list[str]]) -> list[str]:
    """What a rule finds in files, with their names."""
    return [f"{name(path)}: {fault}" for path in files for fault in rule(path.read_text())]


def name(path: Path) -> str:
    """Path within the checkout."""
    return path.relative_to(ROOT).as_posix()


# ---------------------------------------------------------------------------------------- status


def status_writes(code: str) -> list[str]:
    """Where a `.status` is assigned, set, or updated in bulk."""
    return [f"line {node.lineno}" for node in ast.walk(tree_of(code)) if writes_status(node)]


def writes_status(node: ast.AST) -> bool:
    """Whether a node of code writes an attribute or a column called status."""
    if isinstance(node, ast.Attribute):
        return node.attr == "status" and isinstance(node.ctx, ast.Store)
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if called == "update":
        return any(keyword.arg == "status" for keyword in node.keywords)
    is_setattr = isinstance(node.func, ast.Name) and node.func.id == "setattr"
    return is_setattr and isinstance(node.args[1], ast.Constant) and node.args[1].value == "status"


def test_status_is_written_by_services_alone() -> None:
    elsewhere = [
        path
        for path in python_files()
        if "services" not in path.parts and "sandbox" not in path.parts
    ]
    assert faults(elsewhere, status_writes) == []


@pytest.mark.parametrize(
    "code",
    [
        "booking.status = Status.PAID",
        "a, booking.status = 1, 2",
        "Booking.objects.filter(pk=1).update(status='paid')",
        "setattr(booking, 'status', 'paid')",
    ],
)
def test_status_rule_catches_writes(code: str) -> None:
    assert status_writes(code) == ["line 1"]


@pytest.mark.parametrize("code", ["booking.status == PAID", "Booking(status=1)", "{}.update(a=1)"])
def test_status_rule_allows_reads_and_new_rows(code: str) -> None:
    assert status_writes(code) == []


# ----------------------------------------------------------------------------------------- doors


def names_used(code: str) -> set[str]:
    """Every name that a module reads or takes from another."""
    used: set[str] = set()
    for node in ast.walk(tree_of(code)):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            used.update(alias.name for alias in node.names)
    return used


def imported_packages(code: str) -> set[str]:
    """The top-level packages that a module imports."""
    packages: set[str] = set()
    for node in ast.walk(tree_of(code)):
        if isinstance(node, ast.Import):
            packages.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            packages.add((node.module or "").split(".")[0])
    return packages


@pytest.mark.parametrize("door", sorted(set(DOORS) - {"stripe"}))
def test_name_stands_behind_its_door(door: str) -> None:
    users = [path for path in python_files() if door in names_used(path.read_text())]
    assert [name(path) for path in users if not is_at(path, DOORS[door])] == []


def test_stripe_is_imported_by_the_gateway_alone() -> None:
    users = [path for path in python_files() if "stripe" in imported_packages(path.read_text())]
    assert [name(path) for path in users if not is_at(path, DOORS["stripe"])] == []


def is_at(path: Path, places: list[str]) -> bool:
    """Whether a path is one of the places."""
    return any(path.relative_to(ROOT).match(place) for place in places)


def test_door_rules_catch_every_way_in() -> None:
    assert "mark_safe" in names_used("from django.utils.safestring import mark_safe")
    assert "mark_safe" in names_used("import django.utils.safestring as s; s.mark_safe('')")
    assert "async_task" in names_used("from django_q.tasks import async_task as later")
    assert imported_packages("from stripe.checkout import Session") == {"stripe"}
    assert imported_packages("import stripe.error as e") == {"stripe"}
    assert imported_packages("from .stripe import x") == set()


# -------------------------------------------------------------------------------------- templates


def inline_code(text: str) -> list[str]:
    """Scripts, styles and handlers inside a template: a strict policy refuses them."""
    rules = (SCRIPT_WITHOUT_SRC, EVENT_ATTRIBUTE, EVALUATED, STYLE_ATTRIBUTE, STYLE_TAG)
    return matches(text, *rules)


def matches(text: str, *rules: re.Pattern[str]) -> list[str]:
    """The beginnings of what the rules find."""
    return [found.group()[:80] for rule in rules for found in rule.finditer(text)]


def test_templates_hold_no_inline_code() -> None:
    # Mail readers know inline styles only.
    pages = [path for path in templates() if "emails" not in path.parts]
    assert faults(pages, inline_code) == []


def test_templates_escape_everything() -> None:
    # Those of tailwind/ put together what crispy-forms has already rendered.
    # A text has nothing to escape.
    html = [path for path in templates() if path.suffix == ".html"]
    written = [path for path in html if "tailwind" not in path.parts]
    assert faults(written, lambda text: matches(text, UNESCAPED)) == []


def test_templates_ask_no_other_host() -> None:
    assert faults(templates(), lambda text: matches(text, OTHER_HOST)) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<script type="module">',
        '<a class="x" onclick="go()">',
        '<div hx-on:click="go()">',
        '<div hx-on--after-request="go()">',
        "<div hx-vals='js:{a: 1}'>",
        '<p style="color: red">',
        "<style>p {}</style>",
    ],
)
def test_inline_rule_catches(text: str) -> None:
    assert len(inline_code(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{% static 'js/a.js' %}\" defer></script>",
        '<meta name="x" content="1"> on = 5',
        '<a href="?one=1" data-on="x">',
        """<div hx-vals='{"a": 1}'>""",
    ],
)
def test_inline_rule_allows(text: str) -> None:
    assert inline_code(text) == []


def test_escape_and_host_rules_catch() -> None:
    assert matches("{{ a|safe }}", UNESCAPED) == ["|safe"]
    assert matches("{% autoescape off %}", UNESCAPED) == ["{% autoescape off"]
    assert matches("{{ a|safer }}", UNESCAPED) == []
    assert len(matches('<img src="https://example.com/a.png">', OTHER_HOST)) == 1
    assert matches('<a href="https://example.com/">', OTHER_HOST) == []


# ------------------------------------------------------------------------------------------ sizes


def long_functions(code: str) -> list[str]:
    """Functions whose lines, without signature and docstring, are too many."""
    return [
        f"{function.name}: {lines} lines"
        for function in functions(tree_of(code))
        if (lines := lines_of(function)) > MOST_LINES_OF_A_FUNCTION
    ]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, from the first statement behind the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def too_long(most: int) -> Callable[[str], list[str]]:
    """A rule: no more lines than that."""

    def rule(text: str) -> list[str]:
        lines = text.count("\n")
        return [f"{lines} lines"] if lines > most else []

    return rule


def test_modules_are_small() -> None:
    assert faults(python_files(), too_long(MOST_LINES_OF_A_MODULE)) == []


def test_functions_are_small() -> None:
    assert faults(python_files(), long_functions) == []


def test_templates_are_small() -> None:
    assert faults(templates(), too_long(MOST_LINES_OF_A_TEMPLATE)) == []


def test_size_rules_catch() -> None:
    body = "    x = 1\n" * (MOST_LINES_OF_A_FUNCTION + 1)
    assert long_functions(f'def f():\n    """D."""\n{body}') == ["f: 41 lines"]
    assert long_functions(f'def f():\n    """D."""\n{body[10:]}') == []
    assert too_long(2)("a\nb\nc\n") == ["3 lines"]
    assert too_long(3)("a\nb\nc\n") == []
