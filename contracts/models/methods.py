"""How money comes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PayMethod(models.TextChoices):
    """How a customer pays."""

    TRANSFER = "transfer", _("Bank transfer")
    CASH = "cash", _("Cash")
    WECHAT = "wechat", _("WeChat Pay")
    ALIPAY = "alipay", _("Alipay")
    ACCEPTANCE_BILL = "acceptance_bill", _("Acceptance bill")
    OFFSET = "offset", _("Offset")
