"""What is told in confidence about a contact, who looked at it and why, and what was erased."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models.contact import Contact
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet, PrivateQuerySet

OPEN_MINUTES = 15  # opened details stay open for so long; migration 0011 says it too


class PrivateDetails(models.Model):
    """Restricted details of one contact: the database shows them to who has just opened them."""

    contact = models.OneToOneField(
        Contact, models.CASCADE, related_name="private", verbose_name=_("contact")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="private_details", verbose_name=_("customer")
    )
    character = models.TextField(_("character"), blank=True)
    hobbies = models.TextField(_("hobbies"), blank=True)
    family = models.TextField(_("family and customs"), blank=True)
    background = models.TextField(_("background"), blank=True)
    standing = models.TextField(_("social standing"), blank=True)
    reach = models.TextField(_("reach: whom they can move"), blank=True)

    FACTS = ("character", "hobbies", "family", "background", "standing", "reach")
    field_classes = field_classes(
        internal="id contact customer",
        restricted="character hobbies family background standing reach",
    )

    objects = PrivateQuerySet["PrivateDetails"].as_manager()

    class Meta:
        verbose_name = _("restricted details")
        verbose_name_plural = _("restricted details")

    def __str__(self) -> str:
        return f"#{self.contact_id}"


class Opening(models.Model):
    """Somebody opened a contact's restricted details, and why. Rows are only ever added."""

    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="openings", verbose_name=_("contact")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="openings", verbose_name=_("customer")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="openings", verbose_name=_("who")
    )
    reason = models.CharField(_("reason"), max_length=200)
    opened_at = models.DateTimeField(_("when"))

    field_classes = field_classes(internal="id contact customer user reason opened_at")

    objects = CustomerScopedQuerySet["Opening"].as_manager()

    class Meta:
        verbose_name = _("opening of restricted details")
        verbose_name_plural = _("openings of restricted details")
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(name="opening_latest", fields=["contact", "-opened_at"]),
            models.Index(name="opening_of_user", fields=["user", "-opened_at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.contact_id} {self.opened_at:%Y-%m-%d %H:%M}"


class Erasure(models.Model):
    """A contact's details were erased at the person's request. Rows are only ever added."""

    contact = models.OneToOneField(
        Contact, models.PROTECT, related_name="erasure", verbose_name=_("contact")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="erasures", verbose_name=_("customer")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="erasures", verbose_name=_("who")
    )
    request = models.CharField(_("how the request came"), max_length=200)
    erased_at = models.DateTimeField(_("when"))

    field_classes = field_classes(internal="id contact customer user request erased_at")

    objects = CustomerScopedQuerySet["Erasure"].as_manager()

    class Meta:
        verbose_name = _("erasure of a person")
        verbose_name_plural = _("erasures of persons")
        ordering = ["-erased_at", "-pk"]

    def __str__(self) -> str:
        return f"#{self.contact_id} {self.erased_at:%Y-%m-%d}"
