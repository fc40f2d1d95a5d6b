"""Two admins who deactivate each other at the same moment."""

from threading import Barrier, Thread

from django.db import connection

from staff.models import StaffProfile
from staff.people.services import StaffChangeRefusedError, deactivate
from totetaxi.lib import clock


def both_at_once(first: StaffProfile, second: StaffProfile) -> list[str]:
    """How each of the two ended: done or refused."""
    start = Barrier(2)
    ends: list[str] = []

    def act(profile: StaffProfile, by: StaffProfile) -> None:
        start.wait()
        try:
            deactivate(profile, by=by, now=clock.now(), request=None)  # type: ignore[arg-type]
            ends.append("done")
        except StaffChangeRefusedError:
            ends.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=act, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends
