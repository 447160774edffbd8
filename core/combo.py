"""A text box that offers answers while one types."""

from typing import Any

from django import forms
from django.urls import reverse


class ComboBox(forms.TextInput):
    """A text box whose answers come from `url` while one types (static/js/app.js)."""

    template_name = "combo_box.html"

    def __init__(self, url_name: str) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.url_name = url_name

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds where the answers come from."""
        return super().get_context(name, value, attrs) | {"url": reverse(self.url_name)}
