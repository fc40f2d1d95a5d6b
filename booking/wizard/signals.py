"""What the wizard tells the layers above it."""

from django.dispatch import Signal

# Sent with draft=, now= and by= when an accepted change makes a draft's order differ from the
# pending booking that was made from it. Payments supersedes that booking (DECISIONS.md, 6).
order_changed = Signal()
