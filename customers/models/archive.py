"""What hangs on a file: its owners, its places, what was confirmed, what a tier asks for."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import User


class Shareholder(models.Model):
    """A principal owner of the company."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="shareholders", verbose_name=_("customer")
    )
    name = models.CharField(pgettext_lazy("owner", "name"), max_length=200)
    share = models.DecimalField(
        _("share held"), max_digits=7, decimal_places=6, null=True, blank=True
    )
    note = models.CharField(_("remark"), max_length=200, blank=True, default="")

    field_classes = field_classes(internal="id customer name share note")

    objects = CustomerScopedQuerySet["Shareholder"].as_manager()

    class Meta:
        verbose_name = _("shareholder")
        verbose_name_plural = _("shareholders")
        ordering = ["customer", "-share", "name"]
        constraints = [
            models.UniqueConstraint(name="shareholder_once", fields=["customer", "name"]),
            models.CheckConstraint(
                name="shareholder_share_0_to_1", condition=Q(share__range=(0, 1))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """A place of the customer besides the one on its licence."""

    class Kind(models.TextChoices):
        """What is there."""

        OFFICE = "office", _("Office")
        PLANT = "plant", _("Plant")
        WAREHOUSE = "warehouse", _("Warehouse")
        SHOP = "shop", _("Shop")
        INVOICE = "invoice", _("Invoice address")
        OTHER = "other", pgettext_lazy("address", "Other")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="addresses", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.WAREHOUSE)
    label = models.CharField(pgettext_lazy("address", "name"), max_length=100, blank=True)
    province = models.CharField(_("province"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=500)
    is_pickup = models.BooleanField(_("we pick up here"), default=False)
    is_delivery = models.BooleanField(_("we deliver here"), default=False)
    contact = models.CharField(_("whom to ask for"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    access = models.CharField(_("hours, gate and vehicles"), max_length=500, blank=True)

    field_classes = field_classes(
        internal="id customer kind label province city district address is_pickup is_delivery"
        " access",
        personal="contact phone",
    )

    objects = CustomerScopedQuerySet["Address"].as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["customer", "kind", "pk"]

    def __str__(self) -> str:
        return self.label or self.address


class Confirmation(models.Model):
    """Somebody looked at a section of the file and says that it is so."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="confirmations", verbose_name=_("customer")
    )
    section = models.CharField(_("section"), max_length=10)  # of rules.completeness.SECTIONS
    confirmed_on = models.DateField(_("confirmed on"))
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    field_classes = field_classes(internal="id customer section confirmed_on confirmed_by source")

    objects = CustomerScopedQuerySet["Confirmation"].as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            models.UniqueConstraint(name="confirmation_latest", fields=["customer", "section"]),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.confirmed_on}"


class FileState(models.Model):
    """How complete a file is: written by night, and anew whenever a page changes the file."""

    customer = models.OneToOneField(
        Customer, models.CASCADE, related_name="file_state", verbose_name=_("customer")
    )
    score = models.PositiveSmallIntegerField(_("file completeness"))  # per cent, rounded down
    missing = ArrayField(models.CharField(max_length=30), verbose_name=_("missing"))
    stale = ArrayField(models.CharField(max_length=10), verbose_name=_("out of date"))
    computed_on = models.DateField(_("as of"))

    field_classes = field_classes(internal="id customer score missing stale computed_on")

    objects = CustomerScopedQuerySet["FileState"].as_manager()

    class Meta:
        verbose_name = _("state of the file")
        verbose_name_plural = _("states of the files")
        constraints = [
            models.CheckConstraint(
                name="filestate_score_0_to_100", condition=Q(score__range=(0, 100))
            ),
        ]
        indexes = [models.Index(name="filestate_score", fields=["score", "customer"])]

    def __str__(self) -> str:
        return f"{self.score} %"


class FileStandard(models.Model):
    """What the file of a customer of that kind has to hold, and how old it may be."""

    class For(models.TextChoices):
        """Which customers: by size; prospects and customers with potential have their own."""

        LARGE = "large", pgettext_lazy("tier", "Large")
        MEDIUM = "medium", pgettext_lazy("tier", "Medium")
        SMALL = "small", pgettext_lazy("tier", "Small")
        POTENTIAL = "potential", _("Potential and prospects")

    kind = models.CharField(_("customers"), max_length=10, choices=For, unique=True)
    items = ArrayField(
        models.CharField(max_length=30),  # of rules.completeness.ITEMS
        verbose_name=_("required"),
    )
    max_age_days = models.PositiveSmallIntegerField(
        _("confirmed at least every (days)"), default=365
    )
    is_work = models.BooleanField(_("what is missing is work of the manager"), default=False)

    class Meta:
        verbose_name = _("requirement of files")
        verbose_name_plural = _("requirements of files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Division(models.Model):
    """A province, city or district of the national list, for suggestions in forms.

    National Bureau of Statistics, state of 2023-06-30 (customers/data/NOTICE).
    """

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name = models.CharField(pgettext_lazy("division", "name"), max_length=100)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="parts", verbose_name=_("part of")
    )

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
