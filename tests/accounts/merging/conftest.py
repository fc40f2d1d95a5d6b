"""Two accounts of one person, and a guest."""

import pytest

from accounts.models import User
from tests.accounts.merging.moves import make_confirmed
from tests.factories import make_catalogue


@pytest.fixture
def catalogue(db: None) -> None:
    make_catalogue()


@pytest.fixture
def kept(catalogue: None) -> User:
    return make_confirmed("claire@example.com")


@pytest.fixture
def gone(catalogue: None) -> User:
    return make_confirmed("claire@work.example")
