"""`python -m tests.bench [--quick] [--rows NAME ...] [--rounds N]`: measure, and tell."""

import argparse
import tempfile
import time
from pathlib import Path

from tests.bench import report
from tests.bench.background import measure_background
from tests.bench.browser import weigh
from tests.bench.measure import Pace, measure
from tests.bench.processes import largest_megabytes
from tests.bench.rows import BY_NAME, LIMITS, ROWS
from tests.bench.world import open_world

FULL = Pace(seconds=1.8, warm_up_seconds=0.4, rounds=3)
QUICK = Pace(seconds=0.7, warm_up_seconds=0.2, rounds=2)
BACKGROUND, BROWSER = "background", "browser"
FIRST_PAGES = ("/", "/book/where/")


def main() -> None:
    """Parse the command line, run what it names, print it; a full run is also written down."""
    names = [*BY_NAME, BACKGROUND, BROWSER]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under two minutes, rough figures")
    parser.add_argument("--rows", nargs="+", metavar="NAME", choices=names, default=names)
    parser.add_argument("--rounds", type=int, help="how often each row is measured")
    options = parser.parse_args()
    pace = QUICK if options.quick else FULL
    rounds = options.rounds or pace.rounds
    pace = Pace(pace.seconds, pace.warm_up_seconds, rounds)
    wanted = [row for row in (*LIMITS, *ROWS) if row.name in options.rows]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="totetaxi-bench-") as folder:
        results = report.Results(rounds=rounds, seconds=pace.seconds)
        print("Starting both sites ...", flush=True)
        with open_world(Path(folder)) as world:
            if BACKGROUND in options.rows:
                rows = 600 if options.quick else 2000
                results.background = measure_background(world, rounds, rows)
            if BROWSER in options.rows:
                results.weights = weigh(world.site.port, *FIRST_PAGES)
            results.found = measure(world, wanted, pace)
            for project in (world.limit, world.site):
                results.megabytes[project.name] = largest_megabytes(project.server_pid)
            results.postgresql = world.postgres_version
    results.took_seconds = time.monotonic() - started
    text = report.render(results)
    print("\n" + text)
    if not options.quick and options.rows == names:
        print(f"Written to {report.write(text)}.")


if __name__ == "__main__":
    main()
