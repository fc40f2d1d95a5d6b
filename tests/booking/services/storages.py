"""Storages that misbehave: named in STORAGES by the tests."""

from django.core.files.storage import InMemoryStorage


class Deaf(InMemoryStorage):
    """Takes nothing."""

    def _save(self, name, content):
        raise TimeoutError("no answer")


class Forgetful(InMemoryStorage):
    """Takes everything, and gives nothing back."""

    def _open(self, name, mode="rb"):
        raise FileNotFoundError(name)


class Forging(InMemoryStorage):
    """Gives something else than it took."""

    def _open(self, name, mode="rb"):
        file = super()._open(name, "rb+")
        file.write(b"x")
        file.seek(0)
        return file
