from totetaxi.lib.work import WorkRow


class SingleChore(WorkRow):
    """Worked off one at a time."""


class BatchedChore(WorkRow):
    """Worked off in batches."""
