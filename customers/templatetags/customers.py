"""What forms of the file offer."""

from django import template
from django.forms import BaseForm

from customers.forms.hints import DIVISIONS, list_id, suggestions

register = template.Library()


@register.simple_tag
def division_lists(form: BaseForm) -> list[tuple[str, list[str]]]:
    """Ids and names of the lists of suggestions, by what stands in the form."""
    place = {name: str(form[name].value() or "") for name in DIVISIONS}
    found = suggestions(place["province"], place["city"])
    return [(list_id(form.prefix, name), found[name]) for name in DIVISIONS]
