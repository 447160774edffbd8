"""The pictures of a survey's page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts import (
    NUMBER,
    PERCENT,
    POINTS,
    Axis,
    Band,
    Chart,
    Series,
    Spoke,
    Unit,
    line,
    radar,
)
from surveys.messages import dimension_label, metric_label
from surveys.reports import Figure, Pair

_AROUND = "raste"  # so that the longest names stand where there is room


def unit_of(figure: Figure) -> Unit:
    """How the figure's value is written."""
    if figure.is_nps:
        return POINTS
    return PERCENT if figure.is_share else NUMBER


def trend(code: str, points: Sequence[tuple[str, Figure]], main: Figure) -> Chart:
    """The main score over surveys or months with its interval; small ones are left out."""
    unit, label = unit_of(main), metric_label(main.metric)
    intervals = [figure.interval for _name, figure in points]
    known = [value for value, _low, _high in intervals if value is not None]
    if known:
        summary = ngettext(
            "{metric} at one time: {last}.",
            "{metric} at {count} times, from {first} to {last}.",
            len(known),
        ).format(
            metric=label,
            count=len(known),
            first=unit.write(known[0]),
            last=unit.write(known[-1]),
        )
    else:
        summary = _("No score of enough answers yet.")
    has_band = any(low is not None for _value, low, _high in intervals)
    band = Band(
        _("Interval (95 %)"),
        [low for _value, low, _high in intervals],
        [high for _value, _low, high in intervals],
    )
    labels = [f"{name}\n{_('n = {n}').format(n=f'{figure.n:,}')}" for name, figure in points]
    return line(
        f"{code}-{main.metric}",
        summary,
        Axis(_("When"), labels, unit, (0, 1) if main.is_share else None),
        [Series(label, [value for value, _low, _high in intervals])],
        band=band if has_band else None,
    )


def rater(code: str, pairs: Sequence[Pair]) -> Chart:
    """Found against expected in the five dimensions, 1 to 7."""
    by_letter = {pair.dimension: pair for pair in pairs}
    spokes = [
        Spoke(dimension_label(letter), (by_letter[letter].perceived, by_letter[letter].expected))
        for letter in _AROUND
        if letter in by_letter
    ]
    worst = min(
        (pair for pair in pairs if pair.gap is not None),
        key=lambda pair: pair.gap or 0,
        default=None,
    )
    summary = _("No dimension has enough answers yet.")
    if worst is not None:
        summary = _("What customers find against what they expect; furthest below: {name}.").format(
            name=dimension_label(worst.dimension)
        )
    columns = (_("Dimension"), _("Found"), _("Expected"))
    return radar(f"{code}-rater", summary, columns, spokes, limits=(1, 7))
