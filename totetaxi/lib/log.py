"""One line for each record, with secrets taken out of addresses."""

import logging
import re

# A private link carries its token in the path; the log must not be a way in. Those that confirm
# an address or set a password are made by allauth: a signature, or a key after the account's.
TOKEN_IN_PATH = re.compile(
    r"(/(?:b|pay|resume|staff/invitation|account/confirm-email|account/password/reset/key)/)"
    r"[A-Za-z0-9_:%-]{16,}"
)


class LineFormatter(logging.Formatter):
    """`2026-11-22T15:00:00+0000 INFO logger message`, tokens replaced by `…`."""

    default_time_format = "%Y-%m-%dT%H:%M:%S%z"
    default_msec_format = ""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN_IN_PATH.sub(r"\1…", super().format(record))
