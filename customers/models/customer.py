"""The file of a customer, its settlement account numbers and who else may see it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.facts import BUSINESS, LOGISTICS, RELATION, CustomerFacts
from customers.querysets import CustomerQuerySet, CustomerScopedQuerySet, ShareQuerySet
from organization.models import OrgUnit, User


class Customer(CustomerFacts):
    """One customer's file. What `track_history` calls derived is written by the night only."""

    class PartyRole(models.TextChoices):
        """Which side of a shipment the customer stands on."""

        SHIPPER = "shipper", _("Shipper")
        CONSIGNEE = "consignee", _("Consignee")
        BOTH = "both", _("Both")

    class Status(models.TextChoices):
        """Where the relation stands."""

        PROSPECT = "prospect", _("Prospect")
        ACTIVE = "active", _("Active")
        DORMANT = "dormant", _("Dormant")
        LOST = "lost", _("Lost")

    class Tier(models.TextChoices):
        """What the night shows: risk before large before medium before potential before small."""

        LARGE = "large", pgettext_lazy("tier", "Large")
        MEDIUM = "medium", pgettext_lazy("tier", "Medium")
        SMALL = "small", pgettext_lazy("tier", "Small")
        RISK = "risk", pgettext_lazy("tier", "At risk")
        POTENTIAL = "potential", pgettext_lazy("tier", "Potential")

    class ValueGrade(models.TextChoices):
        """What a customer is worth, by current and potential value."""

        HIGH = "high", pgettext_lazy("value grade", "High")
        MID = "mid", pgettext_lazy("value grade", "Mid")
        LOW = "low", pgettext_lazy("value grade", "Low")

    class KeyAccountKind(models.TextChoices):
        """Why a customer is a key account; the first that applies."""

        IMPORTANT = "important", pgettext_lazy("key account", "Important")
        ECONOMIC = "economic", pgettext_lazy("key account", "Economic")
        POTENTIAL = "potential", pgettext_lazy("key account", "With potential")

    class Lifecycle(models.TextChoices):
        """Where a customer stands in its life with us; none before the first waybill."""

        NEW = "new", pgettext_lazy("lifecycle", "New")
        GROWING = "growing", pgettext_lazy("lifecycle", "Growing")
        MATURE = "mature", pgettext_lazy("lifecycle", "Mature")
        DECLINING = "declining", pgettext_lazy("lifecycle", "Declining")
        DORMANT = "dormant", pgettext_lazy("lifecycle", "Dormant")
        LOST = "lost", pgettext_lazy("lifecycle", "Lost")

    class Health(models.TextChoices):
        """How well it stands with a customer that ships; none of who is lost or little known."""

        RED = "red", pgettext_lazy("health", "Red")
        YELLOW = "yellow", pgettext_lazy("health", "Yellow")
        GREEN = "green", pgettext_lazy("health", "Green")

    class AbcClass(models.TextChoices):
        """Class by cumulative value; N has no positive value."""

        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        N = "N", "N"

    code = models.CharField(_("code"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=100, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=100, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
        verbose_name=_("group company"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_files",
        verbose_name=_("merged into"),
    )
    org_unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="customers", verbose_name=_("unit")
    )
    account_manager = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("account manager"),
    )
    party_role = models.CharField(
        _("party role"), max_length=10, choices=PartyRole, default=PartyRole.BOTH
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    deposit = models.DecimalField(
        _("deposit"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    ownership = models.CharField(_("ownership"), max_length=100, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=100, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    registered_capital = models.DecimalField(
        _("registered capital"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    province = models.CharField(_("province"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    email = models.CharField(_("e-mail"), max_length=200, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    main_business = models.TextField(_("main business"), blank=True)
    annual_output = models.DecimalField(
        _("annual output"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    market_share = models.DecimalField(
        _("market share"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    main_stations = models.TextField(_("main stations"), blank=True)
    transport_modes = models.TextField(_("transport modes"), blank=True)
    private_siding = models.BooleanField(_("private siding"), null=True, blank=True)
    planned_annual_revenue = models.DecimalField(
        _("planned annual revenue"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
    )
    planned_annual_volume = models.DecimalField(
        _("planned annual volume"),
        max_digits=18,
        decimal_places=3,
        null=True,
        blank=True,
    )
    planned_growth = models.DecimalField(
        _("planned growth"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    stock_level = models.TextField(_("stock level"), blank=True)
    transport_cycle = models.TextField(_("transport cycle"), blank=True)
    culture_notes = models.TextField(_("local culture and customs"), blank=True)
    customer_since = models.DateField(_("customer since"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=100, blank=True)
    tags = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("tags"),
        default=list,
        blank=True,
    )
    attention = models.TextField(_("points of attention"), blank=True)
    notes = models.TextField(_("remarks"), blank=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier, blank=True, editable=False)
    size = models.CharField(_("size"), max_length=10, choices=Tier, blank=True, editable=False)
    abc_class = models.CharField(
        _("ABC class"), max_length=1, choices=AbcClass, blank=True, editable=False
    )
    value_grade = models.CharField(
        _("value grade"),
        max_length=4,
        choices=ValueGrade,
        blank=True,
        editable=False,
        db_default="",
    )
    key_account_kind = models.CharField(
        _("key-account kind"),
        max_length=9,
        choices=KeyAccountKind,
        blank=True,
        editable=False,
        db_default="",
    )
    lifecycle = models.CharField(
        _("lifecycle"),
        max_length=9,
        choices=Lifecycle,
        blank=True,
        editable=False,
        db_default="",
    )
    health = models.CharField(
        _("health"), max_length=6, choices=Health, blank=True, editable=False, db_default=""
    )
    # The earliest open task that seeks the customer: a trigger keeps it (engagement).
    next_follow_up_on = models.DateField(_("next follow-up"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    field_classes = field_classes(
        public="id code name short_name uscc website party_role",
        internal="parent merged_into org_unit account_manager status industry"
        " ownership legal_representative founded_on employees registered_capital province"
        " city district address main_business annual_output market_share main_stations"
        " transport_modes private_siding planned_annual_revenue planned_annual_volume"
        " planned_growth stock_level transport_cycle culture_notes customer_since source"
        " tags attention notes tier size abc_class value_grade key_account_kind lifecycle"
        " health next_follow_up_on created_at former_names"
        f" {BUSINESS} {LOGISTICS} {RELATION}",
        credit="credit_limit deposit",
        personal="phone email",
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                name="customer_not_its_own_parent", condition=~Q(parent=F("id"))
            ),
            models.CheckConstraint(
                name="customer_not_merged_into_itself",
                condition=~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="customer_limit_not_negative", condition=Q(credit_limit__gte=0)
            ),
            models.CheckConstraint(
                name="customer_deposit_not_negative", condition=Q(deposit__gte=0)
            ),
        ]
        indexes = [
            models.Index(name="customer_unit_code", fields=["org_unit", "code"]),
            models.Index(name="customer_manager_code", fields=["account_manager", "code"]),
            models.Index(name="customer_name_code", fields=["name", "code"]),
            models.Index(name="customer_tier_code", fields=["tier", "code"]),
            models.Index(
                name="customer_uscc_prefix", fields=["uscc"], opclasses=["text_pattern_ops"]
            ),
            models.Index(
                name="customer_follow_up",
                fields=["next_follow_up_on", "id"],
                condition=Q(next_follow_up_on__isnull=False),
            ),
            models.Index(
                name="customer_key_candidates",
                fields=["org_unit"],
                condition=Q(merged_into=None) & (Q(size="large") | Q(abc_class="A")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Account(models.Model):
    """A settlement account number (月结账号); waybills may carry it instead of a code."""

    account_no = models.CharField(_("account number"), max_length=100, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="accounts", verbose_name=_("customer")
    )
    site = models.CharField(_("site"), max_length=200, blank=True)

    field_classes = field_classes(internal="id account_no customer site")

    objects = CustomerScopedQuerySet["Account"].as_manager()

    class Meta:
        verbose_name = _("account number")
        verbose_name_plural = _("account numbers")
        ordering = ["account_no"]

    def __str__(self) -> str:
        return self.account_no


class Share(models.Model):
    """A helper: someone besides the manager and the unit who sees and works on the customer.

    With `until` it ends by itself after that day; with `read_only` it counts only while somebody
    reads (`User.is_writing`): a former manager may look things up, and changes nothing.
    """

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="shares", verbose_name=_("customer")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="shares", verbose_name=_("helper"))
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    until = models.DateField(_("until"), null=True, blank=True)
    read_only = models.BooleanField(_("only to read"), default=False, db_default=False)

    field_classes = field_classes(internal="id customer user created_at until read_only")

    objects = ShareQuerySet["Share"].as_manager()

    class Meta:
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        constraints = [
            models.UniqueConstraint(name="share_once_per_user", fields=["customer", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.customer}"
