"""Scores and groups with their words, as the templates show them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.charts import Unit
from organization.models import User
from surveys import charts, reports
from surveys.messages import metric_hint, metric_label
from surveys.models import Response
from surveys.reports import Figure, GroupRow


def scope_label(user: User) -> str:
    """Whose answers the scores are made of."""
    name = reports.published_slice(user)
    if name == reports.WHOLE:
        return _("The whole company")
    if name and user.org_unit:
        return _("{unit} and the units below").format(unit=user.org_unit.name)
    return _("Your customers")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its words."""

    figure: Figure
    label: str
    hint: str
    unit: Unit

    @classmethod
    def of(cls, figure: Figure) -> "Shown":
        """The words of a figure."""
        scale = figure.scale
        return cls(figure, metric_label(figure.metric), metric_hint(scale), charts.unit_of(figure))

    @property
    def value(self) -> str:
        """The value, a dash for none."""
        return self.unit.write(self.figure.value)

    @property
    def low(self) -> str:
        """The lower end of the interval."""
        return self.unit.write(self.figure.interval[1])

    @property
    def high(self) -> str:
        """The upper end."""
        return self.unit.write(self.figure.interval[2])

    @property
    def has_interval(self) -> bool:
        """Whether there is one."""
        return self.figure.interval[1] is not None

    @property
    def parts(self) -> list[tuple[int, str, str]]:
        """How many at the good end, between and at the bad end, with tone and word."""
        made_of = self.figure.made_of
        good, middle, bad = (
            (_("Promoters"), _("Passives"), _("Detractors"))
            if self.figure.is_nps
            else (_("Satisfied"), _("Neutral"), _("Dissatisfied"))
        )
        return [
            (made_of.satisfied, "ok", good),
            (self.figure.between, "small", middle),
            (made_of.dissatisfied, "bad", bad),
        ]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A row of the forest plot."""

    label: str
    tier: str
    shown: Shown | None


def group_line(dimension: str, row: GroupRow) -> GroupLine:
    """The line of a group of a dimension."""
    label = row.name
    if dimension == "role":
        label = str(Response.RespondentRole(row.name).label)
    shown = Shown.of(row.figure) if row.figure else None
    return GroupLine(label, row.name if dimension == "tier" else "", shown)
