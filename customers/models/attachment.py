"""Files kept with a customer. The row says what they are; the bytes lie outside the database."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models.credit import Qualification
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import User


class Attachment(models.Model):
    """A file; `token` is its name on the disk. A removed one stays in the history by name."""

    class Kind(models.TextChoices):
        """What the file is."""

        LICENCE = "licence", _("Licence")
        CONTRACT = "contract", _("Contract")
        STATEMENT = "statement", _("Financial statement")
        PHOTO = "photo", _("Photo")
        OTHER = "other", _("Other")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="attachments", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("file name"), max_length=200)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    qualification = models.ForeignKey(
        Qualification,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("qualification"),
    )
    contract_no = models.CharField(_("contract number"), max_length=100, blank=True)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))  # bytes
    sha256 = models.CharField(_("check sum"), max_length=64)
    token = models.UUIDField(_("name on the disk"), default=uuid.uuid4, unique=True)
    added_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    field_classes = field_classes(
        internal="id customer kind name note qualification contract_no content_type size sha256"
        " token added_by added_at"
    )

    objects = CustomerScopedQuerySet["Attachment"].as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="attachment_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name
