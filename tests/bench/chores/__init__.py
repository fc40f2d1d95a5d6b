"""Background work that does nothing: what the queue itself costs."""

SINGLE = "chores.single"
BATCHED = "chores.batched"
