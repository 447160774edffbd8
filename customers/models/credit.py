"""The credit dossier: what we know of a customer's money and conduct, from where and since when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import User


def company_currency() -> str:
    """The currency money is in unless something else is said."""
    return str(settings.COMPANY_CURRENCY)


_SOURCE = " source as_of recorded_by recorded_at"


class Sourced(models.Model):
    """Who says so, as of which day, and who wrote it down."""

    source = models.CharField(_("source"), max_length=200)
    as_of = models.DateField(_("as of"))
    recorded_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded"), auto_now=True)

    class Meta:
        abstract = True


class CreditFact(Sourced):
    """What is known about one topic; one row a topic, earlier ones are in the history."""

    class Topic(models.TextChoices):
        """What it is about."""

        PAID_IN_CAPITAL = "paid_in_capital", _("Paid-in capital")
        POSITION = "position", _("Position among peers")
        BUSINESS_STATE = "business_state", _("State of business")
        GROWTH_PLAN = "growth_plan", _("Growth plan")
        BANK_LINE = "bank_line", _("Bank credit line")
        BANK_STANDING = "bank_standing", _("Standing with banks")
        FUNDS = "funds", _("Funds")
        TAX_STATUS = "tax_status", _("Tax status")
        TAX_RATING = "tax_rating", _("Tax rating")
        PAYMENT_ATTITUDE = "payment_attitude", _("Attitude to paying")
        PEERS_OPINION = "peers_opinion", _("Opinion of peers")
        DEBTS = "debts", _("Debts and claims")
        INTEGRITY = "integrity", _("Integrity")

    WITH_AMOUNT: ClassVar[set[str]] = {Topic.PAID_IN_CAPITAL, Topic.BANK_LINE, Topic.DEBTS}

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="credit_facts",
        editable=False,
        verbose_name=_("customer"),
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Topic, editable=False)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default=company_currency)
    text = models.TextField(_("text"), max_length=2000, blank=True)

    field_classes = field_classes(internal="id customer topic amount currency text" + _SOURCE)

    objects = CustomerScopedQuerySet["CreditFact"].as_manager()

    class Meta:
        verbose_name = _("credit fact")
        verbose_name_plural = _("credit facts")
        constraints = [
            models.UniqueConstraint(name="creditfact_once_a_topic", fields=["customer", "topic"]),
            models.CheckConstraint(
                name="creditfact_says_something", condition=Q(amount__isnull=False) | ~Q(text="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_topic_display()}"


class BankAccount(Sourced):
    """Where the customer banks. The number is masked, also in the history."""

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="bank_accounts",
        editable=False,
        verbose_name=_("customer"),
    )
    bank = models.CharField(_("bank"), max_length=200)
    holder = models.CharField(_("account holder"), max_length=200, blank=True)
    account_no = models.CharField(_("bank account number"), max_length=40)
    is_main = models.BooleanField(_("main account"), default=False)

    field_classes = field_classes(
        internal="id customer bank holder is_main" + _SOURCE, restricted="account_no"
    )

    objects = CustomerScopedQuerySet["BankAccount"].as_manager()

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["-is_main", "bank", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="bankaccount_once", fields=["customer", "bank", "account_no"]
            ),
        ]

    def __str__(self) -> str:
        return self.bank

    @property
    def tail(self) -> str:
        """The number with all but its last four characters hidden; short ones wholly."""
        return "•••• " + self.account_no[-4:] if len(self.account_no) >= 8 else "••••"


class BankAccountOpening(models.Model):
    """Somebody read a whole account number, for a reason. Rows are only added."""

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="bank_account_openings",
        editable=False,
        verbose_name=_("customer"),
    )
    bank = models.CharField(_("bank"), max_length=200)
    reason = models.CharField(_("reason"), max_length=200)
    opened_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)

    field_classes = field_classes(internal="id customer bank reason opened_by opened_at")

    objects = CustomerScopedQuerySet["BankAccountOpening"].as_manager()

    class Meta:
        verbose_name = _("opening of an account number")
        verbose_name_plural = _("openings of account numbers")
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.bank}: {self.opened_by}"


class Qualification(Sourced):
    """A licence or certificate of the customer."""

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="qualifications",
        editable=False,
        verbose_name=_("customer"),
    )
    name = models.CharField(_("licence or certificate"), max_length=200)
    number = models.CharField(_("number"), max_length=100, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    field_classes = field_classes(
        internal="id customer name number issuer issued_on expires_on" + _SOURCE
    )

    objects = CustomerScopedQuerySet["Qualification"].as_manager()

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = [F("expires_on").asc(nulls_last=True), "name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="qualification_expires_after_issue",
                condition=Q(expires_on__gte=F("issued_on")),
            ),
        ]
        indexes = [models.Index(name="qualification_expiry", fields=["expires_on"])]

    def __str__(self) -> str:
        return self.name


class Statement(Sourced):
    """A year's financial condition, in one currency."""

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="statements",
        editable=False,
        verbose_name=_("customer"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    currency = models.CharField(_("currency"), max_length=3, default=company_currency)
    assets = models.DecimalField(
        _("total assets"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    liabilities = models.DecimalField(
        _("total liabilities"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    revenue = models.DecimalField(
        pgettext_lazy("of a company's year", "revenue"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
    )
    profit = models.DecimalField(
        _("net profit"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    cash = models.DecimalField(
        _("cash at year end"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    audited = models.BooleanField(_("audited"), default=False)

    field_classes = field_classes(
        internal="id customer year currency assets liabilities revenue profit cash audited"
        + _SOURCE
    )

    objects = CustomerScopedQuerySet["Statement"].as_manager()

    class Meta:
        verbose_name = _("yearly statement")
        verbose_name_plural = _("yearly statements")
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(name="statement_once_a_year", fields=["customer", "year"]),
            models.CheckConstraint(name="statement_year", condition=Q(year__range=(1949, 2200))),
            models.CheckConstraint(
                name="statement_not_negative",
                condition=Q(assets__gte=0) & Q(liabilities__gte=0) & Q(cash__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.year}"


class Guarantee(Sourced):
    """A guarantee, mortgage or pledge that the customer gave or received."""

    class Direction(models.TextChoices):
        """Who stands in for whom."""

        GIVEN = "given", pgettext_lazy("guarantee", "Given")
        RECEIVED = "received", pgettext_lazy("guarantee", "Received")

    class Kind(models.TextChoices):
        """What stands behind it."""

        GUARANTEE = "guarantee", _("Guarantee")
        MORTGAGE = "mortgage", _("Mortgage")
        PLEDGE = "pledge", _("Pledge")
        DEPOSIT = "deposit", _("Deposit")

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="guarantees",
        editable=False,
        verbose_name=_("customer"),
    )
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    party = models.CharField(_("other party"), max_length=200)
    collateral = models.CharField(_("collateral"), max_length=300, blank=True)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default=company_currency)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    field_classes = field_classes(
        internal="id customer direction kind party collateral amount currency starts_on expires_on"
        + _SOURCE
    )

    objects = CustomerScopedQuerySet["Guarantee"].as_manager()

    class Meta:
        verbose_name = _("guarantee")
        verbose_name_plural = _("guarantees")
        ordering = ["direction", F("expires_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(name="guarantee_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="guarantee_expires_after_start", condition=Q(expires_on__gte=F("starts_on"))
            ),
        ]
        indexes = [models.Index(name="guarantee_expiry", fields=["expires_on"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.party}"


class CreditEvent(Sourced):
    """Something that speaks for or against the customer's integrity, on the day of `as_of`."""

    class Kind(models.TextChoices):
        """What happened."""

        DEFAULT = "default", _("Default on a debt")
        PROMISE_KEPT = "promise_kept", _("Promise kept")
        PROMISE_BROKEN = "promise_broken", _("Promise broken")
        DISPUTE_LOST = "dispute_lost", _("Dispute lost")
        FALSE_DECLARATION = "false_declaration", _("Goods declared falsely")
        COURT_ENTRY = "court_entry", _("Court entry")
        LISTED_DEFAULTER = "listed_defaulter", _("Listed as a defaulter")
        BANKRUPTCY = "bankruptcy", _("Bankruptcy")
        OUR_LAWSUIT = "our_lawsuit", _("Our lawsuit against it")
        LICENCE_REVOKED = "licence_revoked", _("Licence revoked")

    # Until settled, one of these makes the rating D whatever else is known (03 B6).
    VETOES: ClassVar[set[str]] = {
        Kind.LISTED_DEFAULTER,
        Kind.BANKRUPTCY,
        Kind.OUR_LAWSUIT,
        Kind.LICENCE_REVOKED,
    }

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="credit_events",
        editable=False,
        verbose_name=_("customer"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default=company_currency)
    text = models.CharField(_("what happened and why"), max_length=500)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    # Written when a promise to pay was judged: it says what became of that, nobody edits it.
    of_promise = models.BooleanField(
        _("follows a promise to pay"), default=False, db_default=False, editable=False
    )

    field_classes = field_classes(
        internal="id customer kind amount currency text settled_on of_promise" + _SOURCE
    )

    objects = CustomerScopedQuerySet["CreditEvent"].as_manager()

    class Meta:
        verbose_name = _("credit event")
        verbose_name_plural = _("credit events")
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="creditevent_settled_after_it_happened",
                condition=Q(settled_on__gte=F("as_of")),
            ),
            models.CheckConstraint(
                name="creditevent_of_promise_is_kept_or_broken",
                condition=Q(of_promise=False)
                | Q(kind__in=("promise_kept", "promise_broken"), settled_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"
