"""The site as it is measured: as in production, with its static files in the run's own folder.

`world.py` gives the environment: DEBUG off, PostgreSQL, a Stripe that nobody can reach.
"""

import os
from pathlib import Path

from totetaxi.settings import *  # noqa: F403
from totetaxi.settings import INSTALLED_APPS, Q_CLUSTER

STATIC_ROOT = Path(os.environ["BENCH_FOLDER"]) / "static"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.chores"]
Q_CLUSTER = {**Q_CLUSTER, "workers": 2}
