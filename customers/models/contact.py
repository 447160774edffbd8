"""The people at a customer."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet


class Contact(models.Model):
    """A person at the customer."""

    class ChainRole(models.TextChoices):
        """The person's part in deciding about us."""

        DECIDER = "decider", _("Decider")
        APPROVER = "approver", _("Approver")
        INFLUENCER = "influencer", _("Influencer")
        USER = "user", _("User of the service")
        PURCHASER = "purchaser", _("Purchaser")
        FINANCE = "finance", _("Finance")
        GATEKEEPER = "gatekeeper", _("Gatekeeper")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contacts", verbose_name=_("customer")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=100)
    title = models.CharField(_("title"), max_length=100, blank=True)
    department = models.CharField(_("department"), max_length=100, blank=True)
    chain_role = models.CharField(
        _("role in the decision chain"), max_length=20, choices=ChainRole, blank=True
    )
    influence = models.PositiveSmallIntegerField(
        _("influence (1-5)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    attitude = models.SmallIntegerField(
        _("attitude to us (-2..2)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-2), MaxValueValidator(2)],
    )
    mobile = models.CharField(_("mobile"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=100, blank=True)
    email = models.CharField(_("e-mail"), max_length=200, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=100, blank=True)
    is_primary = models.BooleanField(_("primary contact"), default=False)
    reports_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("reports to"),
    )

    field_classes = field_classes(
        internal="id customer title department chain_role influence attitude is_primary reports_to",
        personal="name mobile phone email wechat",
    )

    objects = CustomerScopedQuerySet["Contact"].as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["customer", "name"]
        indexes = [
            models.Index(
                name="contact_name_prefix", fields=["name"], opclasses=["text_pattern_ops"]
            ),
            models.Index(
                name="contact_mobile_prefix", fields=["mobile"], opclasses=["text_pattern_ops"]
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="contact_name_in_customer", fields=["customer", "name"]),
            models.CheckConstraint(
                name="contact_influence_1_to_5", condition=Q(influence__range=(1, 5))
            ),
            models.CheckConstraint(
                name="contact_attitude_in_scale", condition=Q(attitude__range=(-2, 2))
            ),
            models.CheckConstraint(
                name="contact_not_its_own_boss", condition=~Q(reports_to=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.name
