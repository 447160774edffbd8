"""Scores and groups with their words, as the templates show them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts import NUMBER, PERCENT, POINTS, Unit
from core.rules import rate
from organization.models import User
from surveys import charts, reports
from surveys.messages import metric_hint, metric_label
from surveys.models import Response
from surveys.reports import Figure, GroupRow
from surveys.rules.metrics import index_of, mean_of
from surveys.rules.scales import Family

_TENTHS = Unit("number", 1)


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
        good, middle, bad = _ends(self.figure)
        return [
            (made_of.satisfied, "ok", good),
            (self.figure.between, "small", middle),
            (made_of.dissatisfied, "bad", bad),
        ]


def _ends(figure: Figure) -> tuple[str, str, str]:
    """The words for the good end, what lies between and the bad end."""
    if figure.is_nps:
        return _("Promoters"), _("Passives"), _("Detractors")
    if figure.scale.family is Family.CES:
        return _("Easy"), pgettext("survey results", "Neutral"), _("Hard")
    return _("Satisfied"), pgettext("survey results", "Neutral"), _("Dissatisfied")


def details(figure: Figure) -> list[tuple[str, str]]:
    """What else is said of the score (A1, A4, A12, A13): words and values; none of a hidden one."""
    if figure.is_hidden or figure.is_nps:
        return []
    made_of, n = figure.made_of, figure.n
    mean = (_("Mean"), NUMBER.write(mean_of(made_of)))
    index = (_("Index, 0 to 100"), _TENTHS.write(index_of(figure.scale, made_of)))
    if figure.scale.family is Family.CSAT:
        return [
            (_("Not satisfied, neutral included"), PERCENT.write(rate(n - made_of.satisfied, n))),
            mean,
            index,
        ]
    net = rate(100 * (made_of.satisfied - made_of.dissatisfied), n)
    return [(_("Easy less hard, in points"), POINTS.write(net)), mean, index]


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
