"""The people at a customer."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import ContactQuerySet


class Contact(models.Model):
    """A person's post at one customer; `person` joins the posts of one human being."""

    class ChainRole(models.TextChoices):
        """The person's part in deciding about us."""

        DECIDER = "decider", _("Decider")
        APPROVER = "approver", _("Approver")
        INFLUENCER = "influencer", _("Influencer")
        USER = "user", _("User of the service")
        PURCHASER = "purchaser", _("Purchaser")
        FINANCE = "finance", _("Finance")
        GATEKEEPER = "gatekeeper", _("Gatekeeper")

    class Channel(models.TextChoices):
        """How the person likes to be reached."""

        MOBILE = "mobile", _("Mobile")
        PHONE = "phone", _("Desk phone")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("E-mail")
        VISIT = "visit", _("Face to face")

    class Consent(models.TextChoices):
        """Whether the person agreed that we keep and use these details."""

        GIVEN = "given", pgettext_lazy("consent", "Given")
        REFUSED = "refused", pgettext_lazy("consent", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Withdrawn")

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
    # Posts with the same number are one human being, here and at other customers.
    person = models.UUIDField(_("person"), null=True, blank=True, editable=False, db_index=True)
    is_active = models.BooleanField(_("works there"), default=True, db_default=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    is_legal_representative = models.BooleanField(
        _("legal representative"), default=False, db_default=False
    )
    birthday = models.CharField(
        _("birthday"), max_length=5, blank=True, default="", db_default=""
    )  # month and day, MM-DD
    channel = models.CharField(
        _("preferred channel"),
        max_length=10,
        choices=Channel,
        blank=True,
        default="",
        db_default="",
    )
    language = models.CharField(
        _("preferred language"), max_length=50, blank=True, default="", db_default=""
    )
    career = models.TextField(_("career"), blank=True, default="", db_default="")
    specialties = models.TextField(_("specialties"), blank=True, default="", db_default="")
    ability = models.TextField(_("ability"), blank=True, default="", db_default="")
    do_not_contact = models.BooleanField(_("do not contact"), default=False, db_default=False)
    consent = models.CharField(
        _("consent"), max_length=10, choices=Consent, blank=True, default="", db_default=""
    )
    consent_on = models.DateField(_("consent given or refused on"), null=True, blank=True)
    consent_source = models.CharField(
        _("where the consent is on record"), max_length=200, blank=True, default="", db_default=""
    )
    last_touch_on = models.DateField(_("last touch"), null=True, blank=True, editable=False)
    # How many of the restricted details are filled in; they themselves are read only when opened.
    private_facts = models.PositiveSmallIntegerField(
        _("restricted details"), default=0, db_default=0, editable=False
    )
    erased_on = models.DateField(_("erased on"), null=True, blank=True, editable=False)

    field_classes = field_classes(
        internal="id customer title department chain_role influence attitude is_primary reports_to"
        " person is_active left_on is_legal_representative channel language do_not_contact"
        " consent consent_on last_touch_on private_facts erased_on",
        personal="name mobile phone email wechat birthday career specialties ability"
        " consent_source",
    )

    objects = ContactQuerySet["Contact"].as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["customer", "name"]
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
            models.CheckConstraint(
                name="contact_birthday_month_day",
                condition=Q(birthday="") | Q(birthday__regex=r"^(0[1-9]|1[0-2])-[0-3][0-9]$"),
            ),
            models.CheckConstraint(
                name="contact_at_work_has_not_left",
                condition=Q(is_active=False) | Q(left_on=None, erased_on=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name
