"""Events: stored, signed, sent at least once, in no promised order."""
