"""Survey answers in: one row per answer, rows of one response number make one response."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.tables import fields
from core.tables.importer import ImportHandler, Outcome
from core.tables.schema import Column, Row, Schema
from customers.codes import customers_by_code
from organization.models import User
from surveys.models import Answer, Response, Survey
from surveys.rules.scales import AnswerError, is_built_in, parse_answer, scale_of

_MOST = 10_000_000  # scales end far below; their own bounds are checked per question


class Head(NamedTuple):
    """What all rows of one response say alike."""

    survey: str
    customer_id: int
    respondent_role: str
    answered_at: datetime


class SurveyResponseImport(ImportHandler):
    """Responses and answers; an unknown survey code makes a survey of origin "imported"."""

    schema = Schema(
        "survey_responses",
        (
            Column("response_no", gettext_lazy("Response number"), fields.code(), required=True),
            Column("survey", gettext_lazy("Survey"), fields.code(), required=True),
            Column("customer_code", gettext_lazy("Customer code"), fields.code(), required=True),
            Column(
                "respondent_role",
                gettext_lazy("Role of the respondent"),
                fields.choice(Response.RespondentRole),
            ),
            Column("answered_at", gettext_lazy("Answered at"), fields.datetime(), required=True),
            Column("question", gettext_lazy("Question"), fields.code(), required=True),
            Column("value", pgettext_lazy("answer", "Value"), fields.integer(-_MOST, _MOST)),
            Column("text", gettext_lazy("Words"), fields.long_text()),
        ),
        key=("response_no", "question"),
    )

    def begin(self) -> None:
        """Nothing is known of this file's responses yet."""
        self.heads: dict[str, Head] = {}  # of the good rows so far
        self.changed_heads: set[str] = set()
        self.hidden: set[str] = set()  # of the batch: responses the actor may not see
        self.lines: dict[tuple[str, str], int] = {}  # where each answer that was taken stands
        self.surveys = dict(Survey.objects.values_list("code", "pk"))

    def apply(self, rows: Sequence[Row]) -> Outcome:
        """Write the good rows of one batch; no two of them have the same response and question."""
        outcome = Outcome()
        customers = customers_by_code({row.values["customer_code"] for row in rows}, self.actor)
        responses = Response.objects.select_related("survey").in_bulk(
            {row.values["response_no"] for row in rows}, field_name="response_no"
        )
        self.hidden = _hidden(responses, self.actor)
        good = [row for row in rows if self._take(row, customers, responses, outcome)]
        self._write_responses(good, responses)
        self._write_answers(good, responses, outcome)
        return outcome

    def _take(
        self,
        row: Row,
        customers: dict[str, int],
        responses: dict[str, Response],
        outcome: Outcome,
    ) -> bool:
        """Check one row and note what it says of its response; False when it was rejected."""
        values, before = row.values, len(outcome.errors)
        customer_id = customers.get(values["customer_code"])
        if customer_id is None:
            message = _("there is no customer “{code}”: import customers first")
            outcome.reject(row, "customer_code", message.format(code=values["customer_code"]))
        for column, message in _wrong_answer(values):
            outcome.reject(row, column, message)
        if customer_id is not None:
            head = self._head(values, customer_id, responses.get(values["response_no"]))
            for column, message in self._wrong_head(values["response_no"], head):
                outcome.reject(row, column, message)
            if len(outcome.errors) == before:
                self.heads.setdefault(values["response_no"], head)
        return len(outcome.errors) == before

    def _head(self, values: dict[str, Any], customer_id: int, stored: Response | None) -> Head:
        """What the row says of its response; a column that is not in the file stays as it was."""
        role = stored.respondent_role if stored else ""
        return Head(
            values["survey"],
            customer_id,
            values.get("respondent_role", role),
            values["answered_at"],
        )

    def _wrong_head(self, number: str, head: Head) -> Iterable[tuple[str, str]]:
        """Yield where the row contradicts an earlier one of its response, or may not change it."""
        first = self.heads.get(number, head)
        columns = ("survey", "customer_code", "respondent_role", "answered_at")
        for column, mine, theirs in zip(columns, head, first, strict=True):
            if mine != theirs:
                yield (
                    column,
                    _("differs from an earlier row of response “{number}”").format(number=number),
                )
        if number in self.hidden:
            yield "response_no", _("the number “{number}” is taken").format(number=number)

    def _write_responses(self, rows: Sequence[Row], responses: dict[str, Response]) -> None:
        """Make the new responses, correct those whose head changed; `responses` then has all."""
        numbers = dict.fromkeys(row.values["response_no"] for row in rows)
        self._make_surveys(dict.fromkeys(self.heads[number].survey for number in numbers))
        new_or_changed = []
        for number in numbers:
            head, stored = self.heads[number], responses.get(number)
            if stored is None or _head_of(stored) != head:
                new_or_changed.append(self._response(number, head))
                if stored:
                    self.changed_heads.add(number)
        written = Response.objects.bulk_create(
            new_or_changed,
            update_conflicts=True,
            unique_fields=["response_no"],
            update_fields=["survey", "customer", "respondent_role", "answered_at"],
        )
        responses.update({response.response_no: response for response in written})

    def _response(self, number: str, head: Head) -> Response:
        return Response(
            response_no=number,
            survey_id=self.surveys[head.survey],
            customer_id=head.customer_id,
            respondent_role=head.respondent_role,
            answered_at=head.answered_at,
        )

    def _make_surveys(self, codes: Iterable[str]) -> None:
        for code in codes:
            if code not in self.surveys:
                survey, _made = Survey.objects.get_or_create(
                    code=code, defaults={"name": code, "origin": Survey.Origin.IMPORTED}
                )
                self.surveys[code] = survey.pk

    def _write_answers(
        self, rows: Sequence[Row], responses: dict[str, Response], outcome: Outcome
    ) -> None:
        """Make new answers and correct changed ones; count every row."""
        stored_answers = {
            (answer.response_id, answer.question): answer
            for answer in Answer.objects.filter(
                response__in={responses[row.values["response_no"]].pk for row in rows}
            )
        }
        new_or_changed = []
        for row in rows:
            key = self.schema.key_of(row)
            response = responses[row.values["response_no"]]
            stored = stored_answers.get((response.pk, row.values["question"]))
            answer = _answer(row.values, response, stored)
            differs = stored is None or (answer.value, answer.text) != (stored.value, stored.text)
            if differs and key in self.lines:
                outcome.reject(row, "question", _contradiction(self.lines[key]))
            elif stored is None:
                outcome.created += 1
                new_or_changed.append(answer)
            elif differs:
                outcome.updated += 1
                new_or_changed.append(answer)
            elif response.response_no in self.changed_heads and key not in self.lines:
                outcome.updated += 1
            else:
                outcome.unchanged += 1
            self.lines.setdefault(key, row.line)
        Answer.objects.bulk_create(
            new_or_changed,
            update_conflicts=True,
            unique_fields=["response", "question"],
            update_fields=["value", "text"],
        )


def _hidden(responses: Mapping[str, Response], actor: User | None) -> set[str]:
    """Numbers of responses that belong to customers the actor may not see."""
    if actor is None:
        return set()
    pks = {response.pk for response in responses.values()}
    mine = Response.objects.visible_to(actor).filter(pk__in=pks).values_list("pk", flat=True)
    seen = set(mine.order_by())
    return {number for number, response in responses.items() if response.pk not in seen}


def _wrong_answer(values: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield what is wrong with the question or with the value given to it."""
    question, value = values["question"], values.get("value")
    scale = scale_of(question)
    if not is_built_in(question):
        message = _("“{question}” is no question of the library nor of the survey")
        yield "question", message.format(question=question)
    elif scale is None and value is not None:
        yield "value", _("a comment has words, no value: write it in the column text")
    elif scale is not None and value is not None:
        try:
            parse_answer(scale, str(value))
        except AnswerError as error:
            yield "value", _(error.message) % error.params


def _contradiction(line: int) -> str:
    return _("line {line} has the same key and other values: keep one of them").format(line=line)


def _answer(values: dict[str, Any], response: Response, stored: Answer | None) -> Answer:
    """The row's answer; a column that is not in the file stays as it was."""
    return Answer(
        response_id=response.pk,
        customer_id=response.customer_id,
        question=values["question"],
        value=values.get("value", stored.value if stored else None),
        text=values.get("text", stored.text if stored else ""),
    )


def _head_of(response: Response) -> Head:
    return Head(
        response.survey.code,
        response.customer_id,
        response.respondent_role,
        response.answered_at,
    )
