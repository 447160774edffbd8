"""What customers think: surveys, who answered when, their answers, and the scores of each night."""

from django.db import models
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet
from surveys.messages import question_label
from surveys.querysets import ResponseQuerySet, ScoreQuerySet


class Survey(models.Model):
    """A survey whose answers belong together."""

    class Origin(models.TextChoices):
        """Where its answers come from."""

        OWN = "own", _("Asked by us here")
        IMPORTED = "imported", _("Imported")

    code = models.CharField(_("code"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200)
    origin = models.CharField(
        pgettext_lazy("survey", "origin"), max_length=10, choices=Origin, default=Origin.OWN
    )

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Response(models.Model):
    """One filled-in questionnaire of one person at a customer."""

    class RespondentRole(models.TextChoices):
        """Who answered, seen from the customer."""

        DECIDER = "decider", _("Decider")
        APPROVER = "approver", _("Approver")
        INFLUENCER = "influencer", _("Influencer")
        USER = "user", _("User of the service")
        PURCHASER = "purchaser", _("Purchaser")
        FINANCE = "finance", _("Finance")
        GATEKEEPER = "gatekeeper", _("Gatekeeper")
        EXECUTIVE = "executive", _("Executive")
        STAFF = "staff", _("Staff")
        CONSIGNEE = "consignee", _("Consignee")
        OTHER = "other", _("Other")

    response_no = models.CharField(_("response number"), max_length=100, unique=True)
    survey = models.ForeignKey(
        Survey, models.PROTECT, related_name="responses", verbose_name=_("survey")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="responses", verbose_name=_("customer")
    )
    respondent_role = models.CharField(
        _("role of the respondent"), max_length=20, choices=RespondentRole, blank=True
    )
    answered_at = models.DateTimeField(_("answered at"))
    answered_on = models.GeneratedField(
        verbose_name=_("answered on"),
        expression=TruncDate("answered_at"),  # on the clock of TIME_ZONE, as at migration
        output_field=models.DateField(),
        db_persist=True,
    )

    field_classes = field_classes(
        internal="id response_no survey customer respondent_role answered_at answered_on"
    )

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["response_no"]
        indexes = [
            models.Index(name="response_survey_day", fields=["survey", "answered_on"]),
            models.Index(name="response_customer_day", fields=["customer", "answered_on"]),
        ]

    def __str__(self) -> str:
        return self.response_no


class Answer(models.Model):
    """The answer to one question; no value means that the question was not answered.

    `customer` is the response's; a constraint of migration 0002 keeps them equal.
    """

    response = models.ForeignKey(
        Response, models.CASCADE, related_name="answers", verbose_name=_("response")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="answers", verbose_name=_("customer")
    )
    question = models.CharField(_("question"), max_length=100)
    value = models.IntegerField(pgettext_lazy("answer", "value"), null=True, blank=True)
    text = models.TextField(_("words"), blank=True)

    field_classes = field_classes(internal="id response customer question value text")

    objects = CustomerScopedQuerySet["Answer"].as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["response", "question"]
        constraints = [
            models.UniqueConstraint(
                name="answer_once_per_question", fields=["response", "question"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.value if self.value is not None else '—'}"

    @property
    def question_label(self) -> str:
        """The question as people read it."""
        return question_label(self.question)


class Score(models.Model):
    """One figure of one survey for one cut of its answers, of one nightly version.

    `n` answered; NPS in points, shares as fractions, else a mean (01 §4). The night writes it,
    with what it is made of: the question and `surveys.rules.metrics.Parts`.
    """

    pk = models.CompositePrimaryKey("version_id", "survey_id", "metric", "slice")
    version = models.ForeignKey(
        Version,
        models.DO_NOTHING,
        db_column="version",
        related_name="survey_scores",
        db_constraint=False,
    )
    survey = models.ForeignKey(
        Survey, models.DO_NOTHING, related_name="scores", db_constraint=False
    )
    metric = models.TextField(_("metric"))
    slice = models.TextField(_("cut"))
    n = models.IntegerField(pgettext_lazy("score", "answers"))
    value = models.DecimalField(
        pgettext_lazy("answer", "value"), max_digits=60, decimal_places=30, null=True
    )
    low = models.DecimalField(_("low"), max_digits=60, decimal_places=30, null=True)
    high = models.DecimalField(_("high"), max_digits=60, decimal_places=30, null=True)
    question = models.TextField(_("question"))
    total = models.BigIntegerField(_("sum of the answers"))
    satisfied = models.IntegerField(_("at the good end"))
    dissatisfied = models.IntegerField(_("at the bad end"))
    first_on = models.DateField(_("first answered on"), null=True)
    last_on = models.DateField(_("last answered on"), null=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "surveys_score"
        verbose_name = _("survey score")
        verbose_name_plural = _("survey scores")

    def __str__(self) -> str:
        return f"{self.metric} {self.slice}"
