"""What answers hold and how many queries they take: `python -m tests.bench.probe`,
requests as JSON on its input.

Asked in a process of its own, so that the measured ones count nothing. The second answer counts:
the first one fills what a process keeps.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import django
from django.db import connection
from django.test import Client

from tests.bench.traffic import ENCODINGS, HOST, Request

TRANSACTION_WORDS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


def ask(request: Request) -> tuple[int, int]:
    """Queries, and bytes before compression; what only begins or ends a transaction is no query."""
    seen: list[str] = []

    def see(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        if not sql.startswith(TRANSACTION_WORDS):
            seen.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(see):
        response = Client().generic(
            request.method,
            request.path,
            request.body,
            content_type=request.headers.get("Content-Type", ""),
            headers={**request.headers, "Host": HOST, ENCODINGS: "identity"},
        )
    if response.status_code not in {200, 304}:
        raise SystemExit(f"{request.path} answered {response.status_code}")
    return len(seen), len(response.content)


if __name__ == "__main__":
    django.setup()
    answers = []
    for pair in json.load(sys.stdin):
        first, second = (Request(**fields) for fields in pair)
        ask(first)
        answers.append(ask(second))
    print(json.dumps(answers))
