"""The parts of a customer's health in words: what each is called, and the fact that decides it."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import NOTHING
from core.rules import percent
from segmentation.models import Health, Rhythm
from segmentation.reports.health import HealthPart
from workspace.words import day_text

TONES = {"red": "bad", "yellow": "warn", "green": "ok"}
_LABELS = {field.name: field.verbose_name for field in Health._meta.concrete_fields}
Facts = Mapping[str, Any]


def label_of(name: str) -> str:
    """What a part is called."""
    return str(_LABELS[name])


def fact_of(part: HealthPart) -> str:
    """The fact that decides a part, in words."""
    write = _SENTENCES.get(part.reason.get("code", ""))
    return write(part.reason) if write else NOTHING


def _rhythm(facts: Facts) -> str:
    return _("rhythm: {state}").format(state=Rhythm.State(facts["state"]).label)


def _decay(facts: Facts) -> str:
    return _("shipments of the last weeks: {how}").format(how=Rhythm.Decay(facts["decay"]).label)


def _fall(facts: Facts) -> str:
    return _("revenue of 3 months is {share} of before").format(share=_share(facts["share"]))


def _score(facts: Facts) -> str:
    return _("payment score {score}").format(score=facts["score"])


def _collection(facts: Facts) -> str:
    return _("{share} of what was due was collected").format(share=_share(facts["rate"]))


def _on_time(facts: Facts) -> str:
    message = _("{share} of {n} deliveries on time")
    return message.format(share=_share(facts["rate"]), n=facts["of"])


def _trouble(facts: Facts) -> str:
    message = _("{number} exceptions and complaints in {n} shipments")
    return message.format(number=facts["number"], n=facts["of"])


def _answers(facts: Facts) -> str:
    told = ngettext("{n} answer, on {day}", "{n} answers, the last on {day}", facts["number"])
    return told.format(n=facts["number"], day=_day(facts["on"]))


def _agreement(facts: Facts) -> str:
    until = facts.get("until")
    return _("contract to {day}").format(day=_day(until)) if until else _("contract without end")


def _talk(facts: Facts) -> str:
    told = ngettext("last talk {n} day ago", "last talk {n} days ago", facts["days"])
    asked = ngettext("due every day", "due every {n} days", facts["interval"])
    return _("{last}, {due}").format(
        last=told.format(n=facts["days"]), due=asked.format(n=facts["interval"])
    )


def _exposure(facts: Facts) -> str:
    if not Decimal(facts["share"]):
        return _("nothing hangs on lost customers")
    return _("{share} hangs on lost customers").format(share=_share(facts["share"]))


def _share(text: str) -> str:
    return f"{percent(Decimal(text), 1)}%"


def _day(text: str) -> str:
    return day_text(dt.date.fromisoformat(text))


_SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "rhythm": _rhythm,
    "decay": _decay,
    "fall": _fall,
    "score": _score,
    "collection": _collection,
    "on_time": _on_time,
    "trouble": _trouble,
    "answers": _answers,
    "agreement": _agreement,
    "talk": _talk,
    "exposure": _exposure,
}
