"""Fields of bodies and queries that are stricter than the framework's."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class ZonedDateTimeField(serializers.DateTimeField):
    """A time with its zone, such as 2026-03-31T08:00:00+08:00; without one it is refused."""

    default_error_messages = {
        "naive_time": _("Say the time with its zone: 2026-03-31T08:00:00+08:00, or with a Z."),
    }

    def to_internal_value(self, value: Any) -> Any:
        """The time. ValidationError "naive_time" without a zone, "invalid" for what is no time."""
        if not isinstance(value, str):
            self.fail("invalid", format="ISO 8601")
        try:
            found = parse_datetime(value)
        except ValueError:
            found = None
        if found is None:
            self.fail("invalid", format="ISO 8601")
        if found.tzinfo is None:
            self.fail("naive_time")
        return super().to_internal_value(value)
