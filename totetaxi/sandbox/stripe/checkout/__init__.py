"""The hosted payment page, and what paying does to sessions, intents and charges."""
