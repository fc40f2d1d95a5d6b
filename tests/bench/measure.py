"""Measures rows in rounds: the limit, ours, the limit, ours, so that both see the same machine."""

import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from statistics import median

from tests.bench.load import Load, Taken, apply
from tests.bench.rows import BY_NAME, LIMITS, Row
from tests.bench.world import Project, World

FEW, MANY = 1, 8


@dataclass(frozen=True)
class Pace:
    """How long and how often."""

    seconds: float
    warm_up_seconds: float
    rounds: int


@dataclass(frozen=True)
class Sample:
    """One row in one round: with one connection and with eight."""

    few: Taken
    many: Taken

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds a request, web and database processes together."""
        seconds = self.few.cpu_seconds + self.many.cpu_seconds
        return seconds * 1000 / (self.few.requests + self.many.requests)


@dataclass
class Found:
    """All rounds of a row, and those of its limit row, measured just before each."""

    row: Row
    samples: list[Sample] = field(default_factory=list)
    beside: list[Sample] = field(default_factory=list)
    queries: int = 0
    body_bytes: int = 0  # before compression

    @property
    def cpu_ms(self) -> float:
        return median(sample.cpu_ms for sample in self.samples)

    @property
    def rate_few(self) -> float:
        return median(sample.few.rate for sample in self.samples)

    @property
    def rate_many(self) -> float:
        return median(sample.many.rate for sample in self.samples)

    @property
    def cpu_ratio(self) -> float | None:
        """Our CPU over the limit's; None for a limit row."""
        pairs = zip(self.samples, self.beside, strict=False)
        ratios = [ours.cpu_ms / limit.cpu_ms for ours, limit in pairs]
        return median(ratios) if ratios else None

    @property
    def rate_ratio(self) -> float | None:
        """Our requests a second, with eight connections, over the limit's."""
        pairs = zip(self.samples, self.beside, strict=False)
        ratios = [ours.many.rate / limit.many.rate for ours, limit in pairs]
        return median(ratios) if ratios else None

    def latency_ms(self, percent: int) -> float:
        """A percentile with one connection; the median round's."""
        return median(
            sample.few.latencies[len(sample.few.latencies) * percent // 100] * 1000
            for sample in self.samples
        )


def measure(world: World, rows: Iterable[Row], pace: Pace) -> list[Found]:
    """All rounds of the rows and of the limit rows that they are compared with."""
    rows = list(rows)
    found = {row.name: Found(row) for row in rows}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        for bookings in sorted({row.bookings for row in rows}):
            ours = [row for row in rows if row.bookings == bookings]
            if bookings > min(row.bookings for row in rows):
                world.site.call(world.site.data, "bookings", str(bookings))
            for number in range(pace.rounds):
                print(f"round {number + 1} of {pace.rounds}:", end="", flush=True)
                for row in ours:
                    _measure_pair(world, pool, row, found, pace)
                print(flush=True)
    _probe(world, found)
    return list(found.values())


def _measure_pair(
    world: World, pool: ProcessPoolExecutor, row: Row, found: dict[str, Found], pace: Pace
) -> None:
    print(f" {row.name}", end="", flush=True)
    if row in LIMITS:
        found[row.name].samples.append(_sample(pool, world, world.limit, row, pace))
        return
    limit = BY_NAME[row.limit]
    beside = _sample(pool, world, world.limit, limit, pace)
    found[row.name].beside.append(beside)
    found[row.name].samples.append(_sample(pool, world, world.site, row, pace))


def _sample(
    pool: ProcessPoolExecutor, world: World, project: Project, row: Row, pace: Pace
) -> Sample:
    visitors = row.choose(project.visitors)
    few, many = (
        pool.submit(
            apply,
            Load(
                port=project.port,
                streams=tuple(row.stream(visitor) for visitor in visitors[:connections]),
                warm_up_seconds=pace.warm_up_seconds,
                seconds=pace.seconds,
                roots=world.roots(project),
            ),
        ).result()
        for connections in (FEW, MANY)
    )
    return Sample(few, many)


def _probe(world: World, found: dict[str, Found]) -> None:
    """Ask each row once more, where queries can be counted."""
    for project, rows in (
        (world.limit, [one for one in found.values() if one.row in LIMITS]),
        (world.site, [one for one in found.values() if one.row not in LIMITS]),
    ):
        pairs = []
        for one in rows:
            requests = one.row.stream(one.row.choose(project.visitors)[0]).requests()
            pairs.append((next(requests), next(requests)))
        if pairs:
            for one, (queries, size) in zip(rows, project.probe(pairs), strict=True):
                one.queries, one.body_bytes = queries, size
