"""Stripe's resources, one a module: what they look like, and the endpoints that give them."""
