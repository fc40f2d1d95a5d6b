"""The forms of the five steps. Values come as typed; the pricing engine decides refusals."""

from booking.wizard.forms.base import StepForm
from booking.wizard.forms.what import WhatForm
from booking.wizard.forms.when import WhenForm
from booking.wizard.forms.where import WhereForm
from booking.wizard.forms.who import EmailField, WhoForm

__all__ = ["EmailField", "StepForm", "WhatForm", "WhenForm", "WhereForm", "WhoForm"]
