"""How fast the site is, beside a bare Django project: `python -m tests.bench` (`make bench`).

Not part of the tests. `world` starts both sites, `rows` says what is asked of them, `measure` asks,
`report` tells. `limit/` is the bare project; `site_*` and `chores/` are what ours needs beside.
"""
