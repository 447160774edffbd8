"""What an administrator sets about collecting money; no customer is shown here."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts.models import LetterTemplate
from contracts.rules.letters import PLACES


@admin.register(LetterTemplate)
class LetterTemplateAdmin(admin.ModelAdmin[LetterTemplate]):
    """The company's letters; its rows are there from the start, one a stage and language."""

    list_display = ["stage", "language", "subject"]
    list_display_links = ["stage", "subject"]
    list_filter = ["language"]
    fields = ["stage", "language", "subject", "opening", "closing", "places"]
    readonly_fields = ["stage", "language", "places"]

    @admin.display(description=_("names you may use"))
    def places(self, _template: LetterTemplate) -> SafeString:
        """What may stand in braces, and for what."""
        rows = ((f"{{{name}}}", gettext(meaning)) for name, meaning in PLACES.items())
        return format_html_join("", "<div><code>{}</code> {}</div>", rows)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """No."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _template: object = None) -> bool:
        """No."""
        return False
