"""Money of a receipt moved from one line to another."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.forms.receipts import ReasonForm
from contracts.models import PlanLine
from core.form_fields import AmountField
from core.formats import money_full


class MoveForm(ReasonForm):
    """From which line to which, or to nowhere: then it stays as credit."""

    from_line = forms.TypedChoiceField(label=gettext_lazy("from line"), coerce=int)
    to_line = forms.TypedChoiceField(
        label=gettext_lazy("to line"), coerce=int, empty_value=None, required=False
    )
    amount = AmountField(
        label=gettext_lazy("amount"),
    )
    field_order = ("from_line", "to_line", "amount", "reason")

    def __init__(
        self,
        data: Any = None,
        *,
        held: Sequence[tuple[PlanLine, Decimal]],
        others: Sequence[PlanLine],
    ) -> None:
        """`held` are the lines the money is on, with how much; `others` are open lines."""
        first = {"from_line": held[0][0].pk, "amount": held[0][1]} if held else {}
        super().__init__(data, initial=first)
        self.held: Mapping[int, tuple[PlanLine, Decimal]] = {row[0].pk: row for row in held}
        self.others = {line.pk: line for line in others}
        self.fields["from_line"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (line.pk, f"{line.line_no} · {money_full(amount, line.currency)}")
            for line, amount in held
        ]
        self.fields["to_line"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", _("no line: it stays as credit")),
            *((line.pk, _open(line)) for line in others),
        ]


def _open(line: PlanLine) -> str:
    left = money_full(line.amount - line.paid, line.currency)
    return _("{line}: {amount} open, due {day}").format(
        line=line.line_no, amount=left, day=line.due_on.isoformat()
    )
