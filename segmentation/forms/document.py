"""The shape of a rule set an administrator writes."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from segmentation.messages import problem_sentences
from segmentation.models import RuleSet
from segmentation.ruleset import RulesetError, dump_ruleset, parse_ruleset


class RuleSetForm(forms.ModelForm[RuleSet]):
    """A document and a note; everything that is wrong with the document is said at once."""

    document = forms.CharField(
        label=_("rules"),
        widget=forms.Textarea(attrs={"rows": 40, "cols": 80, "spellcheck": "false"}),
        help_text=_("The whole document as `rules export` writes it."),
    )

    class Meta:
        model = RuleSet
        fields = ["document", "note"]

    def clean_document(self) -> dict[str, dict[str, object]]:
        """The document in its canonical form."""
        try:
            return dump_ruleset(parse_ruleset(self.cleaned_data["document"]))
        except RulesetError as error:
            raise ValidationError(problem_sentences(error)) from error
