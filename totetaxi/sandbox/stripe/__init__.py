"""A sandbox that speaks Stripe's HTTP API, stateful, with a hosted payment page and webhooks.

Start it with `python -m totetaxi.sandbox.stripe`; in tests use `server.SandboxServer`.
"""

API_VERSION = "2026-10-28.endive"
"""The version that it speaks, which is the one that the `stripe` library of the site pins."""
