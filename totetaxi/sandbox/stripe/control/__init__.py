"""What tests and the demo may command: faults, time, webhooks, seeded and altered payments."""
