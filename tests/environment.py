"""Loaded by pytest before everything else (`-p tests.environment` in pyproject.toml).

pytest-django reads the settings before any conftest.py, so the environment is chosen here.
The tests never see a developer's own settings or database.
"""

import os

SQLITE = "sqlite:///test.sqlite3"  # the name alone; the file is made in the run's temporary folder

os.environ["TOTETAXI_ENV"] = "test"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or SQLITE

# Playwright's synchronous API keeps an event loop in the test's thread for as long as the browser
# lives; Django would take every later query in that thread for one made from async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
