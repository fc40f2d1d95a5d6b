"""Every dollar explained: Stripe's books are copied, each entry is judged, and what is open told.

- `open_payments`: what may still be paid, every 5 minutes
- `mirror`, `judge`, `ask`: what moved on our balance, and what of ours it is
- `ours`: what we have, and Stripe does not
- `compare`: all of it for a period; `night`: the periods of the schedules
- `report`: a period's sums by day, ours beside Stripe's
"""
