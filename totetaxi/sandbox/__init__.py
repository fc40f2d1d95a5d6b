"""The outside world for development and tests: each vendor an HTTP server of its own.

Nothing here is imported by the site, and nothing here imports the site or Django.
"""
