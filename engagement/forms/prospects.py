"""How far winning a customer has come, and what comes next."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer, Prospect
from engagement.forms.days import FollowUpMixin

MOST_A_MONTH = 10_000_000


class ProspectForm(FollowUpMixin):
    """Stage, expected volume, next step with its day."""

    stage = forms.ChoiceField(
        label=pgettext_lazy("of a prospect", "stage"),
        choices=Prospect.Stage.choices,
        widget=forms.RadioSelect,
    )
    lost_reason = forms.CharField(
        label=_("why it was lost"),
        max_length=500,
        required=False,
        help_text=_("Only for lost ones: price, service, another carrier, no need."),
    )
    expected_monthly_volume = forms.IntegerField(
        label=_("expected waybills a month"), min_value=0, max_value=MOST_A_MONTH, required=False
    )
    next_step = forms.CharField(label=_("next step"), max_length=200, required=False)
    field_order = (
        "stage", "lost_reason", "expected_monthly_volume", "next_step", "next_in", "next_on",
    )  # fmt: skip

    def __init__(
        self, *args: Any, prospect: Prospect | None, customer: Customer, **options: Any
    ) -> None:
        known = prospect or Prospect(customer=customer)
        names = ("stage", "lost_reason", "expected_monthly_volume")
        options.setdefault("initial", {name: getattr(known, name) for name in names})
        super().__init__(*args, **options)
        self.today = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        """A loss has its reason, a step its day."""
        data = super().clean() or {}
        if data.get("stage") == Prospect.Stage.LOST and not data.get("lost_reason"):
            self.add_error(
                "lost_reason",
                _("Say why the prospect is lost: the next ones are won by knowing it."),
            )
        if data.get("next_step") and not (data.get("next_in") or data.get("next_on")):
            self.add_error("next_on", _("Say when this step is due."))
        return data
