"""Rule sets: read, compared with those in force, drafted, put in force after a question."""

import json
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from core.errors import RefusedError
from organization.models import User
from segmentation.forms.document import RuleSetForm
from segmentation.models import RuleSet, ValueModel
from segmentation.ruleset import differences, dump_ruleset, load_ruleset
from segmentation.services import activate_rules, active_rules, ask_for_rules, draft_rules


@admin.register(RuleSet)
class RuleSetAdmin(admin.ModelAdmin[RuleSet]):
    """A version is never edited: one writes a new draft. What was active stays for good."""

    form = RuleSetForm
    list_display = [
        *("version", "status", "author", "note", "created_at"),
        *("asked_at", "activated_at", "activated_by"),
    ]
    list_filter = ["status"]
    list_select_related = ["author", "activated_by"]
    actions = ["ask", "put_in_force"]
    readonly_fields = ["shown_document", "shown_differences"]

    def get_fields(self, request: HttpRequest, obj: RuleSet | None = None) -> Any:
        """A new draft is a document and a note; a version is shown whole."""
        if obj is None:
            return ["document", "note"]
        facts = ["version", "status", "author", "note", "created_at", "asked_at", "sent_back_by"]
        answer = ["sent_back_reason", "activated_at", "activated_by", "is_alone"]
        return [*facts, *answer, "shown_differences", "shown_document"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        """A draft begins as what is in force."""
        _version, rules = active_rules()
        return {"document": _json(dump_ruleset(rules))}

    def has_change_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        """No: versions are only read."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RuleSet | None = None) -> bool:
        """Drafts only, one at a time."""
        is_own = obj is not None and obj.author_id in {None, request.user.pk}
        may_go = obj is not None and obj.stage in {"written", "sent_back"} and is_own
        return may_go and super().has_delete_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: RuleSet, form: ModelForm[RuleSet], change: bool
    ) -> None:
        """Make the draft, or find the one that says the same."""
        author = cast("User", request.user)
        made = draft_rules(load_ruleset(obj.document), author=author, note=obj.note)
        obj.pk, obj.version = made.pk, made.version

    @admin.display(description=gettext_lazy("rules"))
    def shown_document(self, rule_set: RuleSet) -> SafeString:
        """The document, readable."""
        return format_html("<pre>{}</pre>", _json(rule_set.document))

    @admin.display(description=gettext_lazy("differs from the rules in force"))
    def shown_differences(self, rule_set: RuleSet) -> SafeString:
        """Each place with the value in force and the one here."""
        return format_html("<pre>{}</pre>", _json(_against_active(rule_set)))

    @admin.action(description=gettext_lazy("Ask to put in force"), permissions=["add"])
    def ask(self, request: HttpRequest, queryset: QuerySet[RuleSet]) -> None:
        """Ask another person about one's own draft."""
        self._act(
            request,
            queryset,
            ask_for_rules,
            gettext("Another person decides on rules, version {version}, now."),
        )

    @admin.action(description=gettext_lazy("Put in force"), permissions=["add"])
    def put_in_force(
        self, request: HttpRequest, queryset: QuerySet[RuleSet]
    ) -> HttpResponse | None:
        """Show what changes, then activate the one chosen draft that somebody else asks about."""
        chosen = list(queryset[:2])
        if len(chosen) == 1 and "confirmed" not in request.POST:
            return self._question(request, chosen[0])
        self._act(
            request,
            queryset,
            activate_rules,
            gettext("Rules, version {version}, are in force from the next night on."),
        )
        return None

    def _act(
        self,
        request: HttpRequest,
        queryset: QuerySet[RuleSet],
        act: Callable[..., RuleSet],
        text: str,
    ) -> None:
        """Do it with the one chosen rule set, and say what was done or why not."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            self.message_user(request, gettext("Choose one rule set, no more."), messages.WARNING)
            return
        try:
            rule_set = act(chosen[0], actor=cast("User", request.user))
        except RefusedError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return
        self.message_user(request, text.format(version=rule_set.version), messages.SUCCESS)

    def _question(self, request: HttpRequest, rule_set: RuleSet) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Put these rules in force?"),
            "opts": self.opts,
            "rule_set": rule_set,
            "differences": _json(_against_active(rule_set)),
        }
        return TemplateResponse(request, "admin/segmentation/ruleset/put_in_force.html", context)


@admin.register(ValueModel)
class ValueModelAdmin(admin.ModelAdmin[ValueModel]):
    """What was fitted in each month, used or not; only the night writes it."""

    list_display = ["as_of", "basis", "returned", "weeks", "rejection"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No: the night fits."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ValueModel | None = None) -> bool:
        """No: it is only read."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ValueModel | None = None) -> bool:
        """No: it is the record."""
        return False


def _against_active(rule_set: RuleSet) -> dict[str, list[Any]]:
    _version, rules = active_rules()
    return differences(dump_ruleset(rules), rule_set.document)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
