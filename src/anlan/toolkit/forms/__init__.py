"""Forms as inputs: fields that take what clerks type and sheets carry, and forms built from a model's columns."""

from .build import field_of, form_of
from .fields import Day, TextLine, YesNo, refuse_pictures

__all__ = ["Day", "TextLine", "YesNo", "field_of", "form_of", "refuse_pictures"]
