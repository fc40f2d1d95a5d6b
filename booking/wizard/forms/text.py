"""Fields for what people type: control characters refused, spaces tidied, ZIPs and phones."""

import re
import unicodedata
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")
# Beside control characters (Cc): marks that turn text round, breaks of lines and paragraphs, and
# what stands for a character that could not be kept.
REFUSED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufffd")


def has_control_characters(text: str, *, allowed: str = "") -> bool:
    """Whether a text could break a header, a log line, a label or the order of its own letters."""
    if text.isascii() and text.isprintable():
        return False
    return any(
        character not in allowed
        and (unicodedata.category(character) == "Cc" or character in REFUSED)
        for character in text
    )


class LineField(forms.CharField):
    """One line of text, its inner spaces made single. `required`: what to say of an empty one."""

    def __init__(self, *, required: Any = None, max_length: int, **options: Any) -> None:
        super().__init__(
            required=required is not None,
            max_length=max_length,
            error_messages={
                "required": required,
                "max_length": _("Shorten this to at most %(limit_value)d characters"),
            },
            **options,
        )

    def to_python(self, value: Any) -> str:
        """Refuse control characters before anything else looks at the text."""
        text = super().to_python(value) or ""
        if has_control_characters(text):
            raise ValidationError(
                _("Use letters, figures and signs on one line"), code="control_characters"
            )
        return " ".join(text.split())


class NotesField(forms.CharField):
    """Several lines of text. Line breaks are kept, other control characters refused."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=max_length,
            error_messages={
                "max_length": _("Shorten this to at most %(limit_value)d characters"),
            },
            **options,
        )

    def to_python(self, value: Any) -> str:
        """The text with plain line breaks."""
        text = super().to_python(value) or ""
        text = text.replace("\r\n", "\n").replace("\t", " ")
        if has_control_characters(text, allowed="\n"):
            raise ValidationError(_("Use letters, figures and signs"), code="control_characters")
        return text


class ZipField(forms.CharField):
    """A ZIP, or ZIP+4, of which the first five digits count (DECISIONS.md, 15)."""

    def __init__(self, *, required: Any, **options: Any) -> None:
        super().__init__(max_length=20, error_messages={"required": required}, **options)

    def to_python(self, value: Any) -> str:
        """Five digits, or nothing."""
        text = super().to_python(value) or ""
        if text in self.empty_values:
            return ""
        match = ZIP.fullmatch(text)
        if match is None:
            raise ValidationError(_("Enter a ZIP of five digits, such as 11937"), code="zip")
        return match[1]


class PhoneField(forms.CharField):
    """A phone number as E.164; ten digits are taken for a US number."""

    def __init__(self, *, required: Any = None, **options: Any) -> None:
        super().__init__(
            required=required is not None,
            max_length=40,
            error_messages={"required": required, "max_length": self.WRONG},
            **options,
        )

    WRONG = _("Enter a phone number with its area code, such as (212) 555-0171")
    EXTENSION = _("Leave the extension out here, and put it into the notes for the driver")

    def to_python(self, value: Any) -> str:
        """The number as +12125550171, or nothing."""
        text = super().to_python(value) or ""
        if text in self.empty_values:
            return ""
        try:
            number = phonenumbers.parse(text, "US")
        except phonenumbers.NumberParseException as error:
            raise ValidationError(self.WRONG, code="phone") from error
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(self.WRONG, code="phone")
        if number.extension:
            raise ValidationError(self.EXTENSION, code="extension")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_for_people(number: str) -> str:
    """+12125550171 as (212) 555-0171; other countries' in their international form."""
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat
    home = parsed.country_code == 1
    return phonenumbers.format_number(parsed, style.NATIONAL if home else style.INTERNATIONAL)
