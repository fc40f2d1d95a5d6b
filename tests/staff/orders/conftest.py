"""What is sold, and who edits it."""

import pytest

from tests.factories import make_catalogue
from tests.staff.orders.desk import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    make_catalogue()
    return Desk()
