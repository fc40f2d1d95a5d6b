"""What must always be true of money (DOMAIN.md, "Invariants"; FAULTS.md B).

- `money`: sums, refunds, open pages; run after every test that moves money
- `records`: what was written down about it, Stripe's books and events
"""

from payments.invariants import money as money
from payments.invariants import records as records
