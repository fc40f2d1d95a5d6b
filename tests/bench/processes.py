"""What trees of processes have used: CPU seconds, memory."""

import contextlib
from collections.abc import Iterable

import psutil

MEGABYTE = 1_000_000


def tree(root: int) -> list[psutil.Process]:
    """A process and all that it started and that still runs."""
    process = psutil.Process(root)
    return [process, *process.children(recursive=True)]


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU time that the trees have used so far, in user and system mode.

    That of children which have ended, and were waited for, is part of their parents'.
    """
    used = 0.0
    for root in roots:
        for process in tree(root):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has ended since it was listed
                used += sum(process.cpu_times()[:4])
    return used


def largest_megabytes(root: int) -> float | None:
    """The largest process below `root`: its proportional set size; None where nobody tells it."""
    sizes = [getattr(one.memory_full_info(), "pss", None) for one in tree(root)[1:]]
    known = [size for size in sizes if size]
    return max(known) / MEGABYTE if known else None
