"""Sessions in the database. Every page reads one, so the statement is not composed anew each time.

The ORM takes longer to compose it than PostgreSQL takes to answer it. All else is Django's.
"""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection

from totetaxi.lib import clock
from totetaxi.lib.planned import planned_rows

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseSessions):
    """Named by `SESSION_ENGINE`."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a new key, where there is none or it is over."""
        now = connection.ops.adapt_datetimefield_value(clock.now())
        rows = planned_rows(_READ, [self.session_key, now])
        if not rows:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(rows[0][0])
        return held
