"""A letter becomes a mail: HTML and plain text, still without its private tokens."""

import re
from dataclasses import dataclass

from django.template.loader import render_to_string

from booking.notifications.messages import Letter, letter_context


@dataclass(frozen=True, kw_only=True)
class Mail:
    """Both bodies of a mail, as they are stored: links hold placeholders for their tokens."""

    subject: str
    text: str
    html: str


def render_mail(letter: Letter) -> Mail:
    """Render both of the letter's templates."""
    context = letter_context(letter)
    return Mail(
        subject=_plain_spaces(letter.subject),
        text=_tidy(render_to_string(f"emails/{letter.template}.txt", context)),
        html=render_to_string(f"emails/{letter.template}.html", context),
    )


def _tidy(text: str) -> str:
    """Plain spaces, none at the ends of lines, one blank line at most, one newline at the end."""
    lines = "\n".join(line.rstrip() for line in _plain_spaces(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def _plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ")
