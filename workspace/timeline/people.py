"""What people said: notes and answers to surveys."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from customers.models import Customer
from engagement.models import Note, Participant
from organization.models import User
from surveys.models import Answer, Response
from surveys.rules.scales import COMMENT, Family, Scale, scale_of
from workspace.profile import personal
from workspace.timeline.items import Item, behind, joined
from workspace.timeline.merging import Key, Reach

NOTES, RESPONSES = 90, 80
_ICONS = {
    "call": "phone",
    "wechat": "brand-wechat",
    "visit": "map-pin",
    "email": "mail",
    "meeting": "users",
    "hotline": "phone",
    "counter": "building-store",
    "event": "calendar-event",
    "reminder": "bell",
}
_SPOKEN_OF = {Family.NPS, Family.NPS5, Family.CSAT, Family.CES}


def notes(user: User, customer: Customer, wanted: Reach[datetime], size: int) -> list[Item]:
    """Notes as they were written."""
    rows = Note.objects.visible_to(user).filter(customer=customer)
    found = behind(rows, "written_at", wanted, size)
    return [_note(note, user) for note in _with_people(found, user)]


def _with_people(rows: QuerySet[Note], user: User) -> QuerySet[Any]:
    """The notes with `people`: the names of those they were with."""
    parts = Participant.objects.visible_to(user).filter(note=OuterRef("pk")).order_by("pk")
    found: QuerySet[Any] = rows.annotate(people=ArraySubquery(parts.values("contact__name")))
    return found


def _note(note: Any, user: User) -> Item:
    """One note `with_people` as the timeline shows it; names as far as the person may read them."""
    names = [personal(user, name) for name in note.people]
    return Item(
        key=Key(note.written_at, NOTES, note.pk),
        icon=_ICONS.get(note.kind, "notes"),
        title=joined(
            note.kind_label or _("Note"),
            _(", ").join(names),
            note.get_direction_display(),
            note.get_outcome_display(),
        ),
        detail=note.text,
        who=note.author,
    )


def responses(user: User, customer: Customer, wanted: Reach[datetime], size: int) -> list[Item]:
    """Filled-in questionnaires: the main answers and the words; one query."""
    parts = Answer.objects.visible_to(user).filter(response=OuterRef("pk")).order_by("question")
    told = parts.values(each=JSONObject(question="question", value="value", text="text"))
    rows = Response.objects.visible_to(user).filter(customer=customer).select_related("survey")
    return [
        _response(row, [Answer(**each) for each in row.told])
        for row in behind(rows.annotate(told=ArraySubquery(told)), "answered_at", wanted, size)
    ]


def _response(response: Response, answers: list[Answer]) -> Item:
    scored = list(_scored(answers))
    comments = [answer.text for answer in answers if answer.question == COMMENT and answer.text]
    is_bad = any(answer.value in scale.dissatisfied for answer, scale in scored)
    is_good = bool(scored) and all(answer.value in scale.satisfied for answer, scale in scored)
    return Item(
        key=Key(response.answered_at, RESPONSES, response.pk),
        icon="mood-sad" if is_bad else "mood-smile" if is_good else "mood-neutral",
        tone="bad" if is_bad else "ok" if is_good else "",
        title=_("Answered: {survey}").format(survey=response.survey.name),
        detail=joined(*(_said(answer) for answer, _scale in scored)),
        quote="\n".join(comments),
        who=response.get_respondent_role_display(),
    )


def _said(answer: Answer) -> str:
    return _("{label}: {value}").format(label=answer.question_label, value=answer.value)


def _scored(answers: Iterable[Answer]) -> Iterable[tuple[Answer, Scale]]:
    """The answers to overall questions, not those of RATER, which are twenty and more."""
    for answer in answers:
        scale = scale_of(answer.question)
        if scale is not None and scale.family in _SPOKEN_OF and answer.value is not None:
            yield answer, scale
