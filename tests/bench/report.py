"""The figures, as Markdown: printed, and put between two marks in docs/performance.md."""

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench.background import Background, Worked
from tests.bench.browser import Weight
from tests.bench.measure import Found

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
KILOBYTE = 1000
LEAST_SINGLE_RATIO, LEAST_BATCHED_RATE = 0.6, 1000
MOST_WORKER_MEGABYTES = 90
MOST_KB, MOST_KB_WITHOUT_FONTS, MOST_SCRIPT_KB, MOST_REQUESTS = 150, 60, 40, 8


@dataclass
class Results:
    """Everything that a run found."""

    rounds: int
    seconds: float
    found: list[Found] = field(default_factory=list)
    background: Background | None = None
    weights: list[Weight] = field(default_factory=list)
    megabytes: dict[str, float | None] = field(default_factory=dict)
    postgresql: str = ""
    took_seconds: float = 0.0


def write(text: str) -> Path:
    """Put the figures into the document, in place of the last ones."""
    document = DOCUMENT.read_text()
    head, tail = document.split(BEGIN)[0], document.split(END)[1]
    DOCUMENT.write_text(f"{head}{BEGIN}\n{text}{END}{tail}")
    return DOCUMENT


def render(results: Results) -> str:
    """All tables."""
    parts = [_machine(results)]
    if results.found:
        parts.append(_requests(results.found))
    if results.background:
        parts.append(_background(results.background))
    if results.weights:
        parts.append(_weights(results.weights))
    if any(results.megabytes.values()):
        parts.append(_memory(results))
    return "\n".join(parts)


def _machine(results: Results) -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{cores} cores, {platform.machine()}, {platform.system()}; Python "
        f"{platform.python_version()}, Django {version('django')}, gunicorn {version('gunicorn')}, "
        f"PostgreSQL {results.postgresql}. {results.rounds} rounds of twice {results.seconds:g} "
        f"seconds for each row; the whole run took {results.took_seconds / 60:.1f} minutes.\n"
    )


def _requests(found: list[Found]) -> str:
    lines = [
        "| row | req/s 1 | req/s 8 | p50 | p95 | p99 | CPU | SQL | B | beside | goal | verdict |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|---|",
    ]
    for one in found:
        figures = [
            f"{one.rate_few:.0f}",
            f"{one.rate_many:.0f}",
            *(f"{one.latency_ms(percent):.1f}" for percent in (50, 95, 99)),
            f"{one.cpu_ms:.2f}",
            str(one.queries),
            f"{one.body_bytes:,}",
        ]
        lines.append(_line([one.row.name, *figures, *_judged(one)]))
    lines += ["", *(f"- {one.row.name}: {one.row.what}" for one in found), ""]
    return "\n".join(lines)


def _judged(one: Found) -> list[str]:
    """What became of a row's goals: the ratio, the goals in words, the verdict."""
    row, ratio = one.row, ""
    goals: list[tuple[str, bool]] = []
    if one.cpu_ratio is not None and one.rate_ratio is not None:
        ratio = f"CPU {one.cpu_ratio:.2f} × {row.limit}, {one.rate_ratio:.2f} of its req/s"
        if row.most_cpu:
            goals.append((f"CPU ≤ {row.most_cpu:g} × {row.limit}", one.cpu_ratio <= row.most_cpu))
        if row.least_rate:
            goals.append(
                (f"≥ {row.least_rate:g} × {row.limit} in req/s", one.rate_ratio >= row.least_rate)
            )
    if row.most_queries:
        goals.append((f"≤ {row.most_queries} SQL", one.queries <= row.most_queries))
    if row.most_bytes:
        goals.append((f"≤ {row.most_bytes / KILOBYTE:g} KB", one.body_bytes <= row.most_bytes))
    return [ratio, "; ".join(text for text, _met in goals), _verdict(goals)]


def _verdict(goals: list[tuple[str, bool]]) -> str:
    if not goals:
        return ""
    missed = [text for text, met in goals if not met]
    return f"missed: {'; '.join(missed)}" if missed else "met"


def _background(found: Background) -> str:
    batched_met = median(worked.rate for worked in found.batched) >= LEAST_BATCHED_RATE
    goals = {
        "Lqueue: a bare loop, one row in each transaction": (found.limit, "", ""),
        "one at a time": (
            found.single,
            f"≥ {LEAST_SINGLE_RATIO} × Lqueue",
            f"{'met' if found.ratio >= LEAST_SINGLE_RATIO else 'missed'}: {found.ratio:.2f}",
        ),
        "in batches of 10": (
            found.batched,
            f"≥ {LEAST_BATCHED_RATE:,} a second",
            "met" if batched_met else "missed",
        ),
    }
    lines = [
        "| background rows, 2 worker processes | rows a second | CPU ms a row | goal | verdict |",
        "|---|--:|--:|---|---|",
    ]
    for name, (worked, goal, verdict) in goals.items():
        lines.append(_line([name, *_rates(worked), goal, verdict]))
    return "\n".join([*lines, ""])


def _rates(worked: list[Worked]) -> list[str]:
    rate, cpu = median(one.rate for one in worked), median(one.cpu_ms for one in worked)
    return [f"{rate:,.0f}", f"{cpu:.2f}"]


def _weights(weights: list[Weight]) -> str:
    lines = [
        "| first page | KB | without fonts | JavaScript | requests | hosts | goal | verdict |",
        "|---|--:|--:|--:|--:|---|---|---|",
    ]
    for one in weights:
        kilobytes = [
            size / KILOBYTE for size in (one.total_bytes, one.bytes_without_fonts, one.script_bytes)
        ]
        goals = [
            (f"≤ {MOST_KB} KB", kilobytes[0] <= MOST_KB),
            (f"≤ {MOST_KB_WITHOUT_FONTS} KB without fonts", kilobytes[1] <= MOST_KB_WITHOUT_FONTS),
            (f"≤ {MOST_SCRIPT_KB} KB of JavaScript", kilobytes[2] <= MOST_SCRIPT_KB),
            (f"≤ {MOST_REQUESTS} requests", one.requests <= MOST_REQUESTS),
            ("no other host", not one.other_hosts),
        ]
        figures = [*(f"{size:.1f}" for size in kilobytes), str(one.requests)]
        words = [", ".join(one.other_hosts) or "none", "; ".join(text for text, _met in goals)]
        lines.append(_line([f"`{one.path}`", *figures, *words, _verdict(goals)]))
    for one in weights:
        parts = ", ".join(f"{Path(path).name or path} {size:,}" for path, size in one.largest)
        lines.append(f"\n`{one.path}` is made of (bytes): {parts}")
    return "\n".join([*lines, ""])


def _memory(results: Results) -> str:
    sizes = [
        ("a web worker of the site", results.megabytes.get("site")),
        ("a queue worker", results.background.worker_megabytes if results.background else None),
        ("a web worker of the limit project", results.megabytes.get("limit")),
    ]
    lines = ["| memory, PSS of the largest | MB | goal | verdict |", "|---|--:|---|---|"]
    for name, size in sizes:
        if size is None:
            continue
        ours = "limit" not in name
        goal = f"≤ {MOST_WORKER_MEGABYTES} MB" if ours else ""
        verdict = ("met" if size <= MOST_WORKER_MEGABYTES else "missed") if ours else ""
        lines.append(_line([name, f"{size:.0f}", goal, verdict]))
    return "\n".join([*lines, ""])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
