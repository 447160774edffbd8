"""Who works here: the unit tree, departments, users and their deputies."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organization.querysets import OrgUnitQuerySet, UserManager


class OrgUnit(models.Model):
    """A place in the tree group > branch > outlet. `path` is kept by a database trigger."""

    class Level(models.TextChoices):
        """How high a unit stands."""

        GROUP = "group", _("Group")
        BRANCH = "branch", _("Branch")
        OUTLET = "outlet", _("Outlet")

    code = models.CharField(_("code"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent unit"),
    )
    path = models.TextField(_("path"), default="", editable=False)  # /1/5/9/ from the root to here
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="orgunit_not_its_own_parent", condition=~Q(parent=F("id"))),
        ]
        indexes = [
            models.Index(name="orgunit_path", fields=["path"], opclasses=["text_pattern_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Department(models.Model):
    """A department of a unit; complaints, survey items and stages point to one."""

    class Kind(models.TextChoices):
        """What a department does; front deals with customers, back carries out."""

        SALES = "sales", _("Sales")
        COUNTER = "counter", _("Counter")
        HOTLINE = "hotline", _("Hotline")
        OPERATIONS = "operations", _("Operations")
        LINE_HAUL = "line_haul", _("Line haul")
        DELIVERY = "delivery", _("Delivery")
        CLAIMS = "claims", _("Claims")
        FINANCE = "finance", _("Finance")
        IT = "it", _("IT")

    class Ownership(models.TextChoices):
        """Whether the people are ours."""

        OWN = "own", _("Own")
        OUTSOURCED = "outsourced", _("Outsourced")

    FRONT: ClassVar[set[str]] = {Kind.SALES, Kind.COUNTER, Kind.HOTLINE}

    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="departments", verbose_name=_("unit")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    ownership = models.CharField(
        pgettext_lazy("department", "ownership"),
        max_length=20,
        choices=Ownership,
        default=Ownership.OWN,
    )
    head = models.ForeignKey(
        "User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="departments_headed",
        verbose_name=_("head"),
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["unit", "kind", "name"]
        constraints = [
            models.UniqueConstraint(name="department_name_in_unit", fields=["unit", "name"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_front_office(self) -> bool:
        """Whether the department deals with customers itself."""
        return self.kind in self.FRONT


class User(AbstractBaseUser):
    """A person who signs in, or a system. The role decides acts and fields, the home unit rows."""

    class Role(models.TextChoices):
        """One post each; `organization.permissions` says what it may do."""

        ACCOUNT_MANAGER = "account_manager", _("Account manager")
        UNIT_MANAGER = "unit_manager", _("Unit manager")
        FINANCE = "finance", _("Finance clerk")
        SERVICE_AGENT = "service_agent", _("Service agent")
        ANALYST = "analyst", _("Analyst")
        ADMINISTRATOR = "administrator", _("Administrator")
        SYSTEM = "system", _("System")  # no person: what an API key acts as

    class Theme(models.TextChoices):
        """Which colours the pages use."""

        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        """How close table rows stand."""

        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    username = models.CharField(
        _("user name"),
        max_length=100,
        unique=True,
        validators=[UnicodeUsernameValidator()],
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    org_unit = models.ForeignKey(
        OrgUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("home unit"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=[("zh-hans", "简体中文"), ("en", "English")],
    )
    theme = models.CharField(_("colours"), max_length=10, choices=Theme, default=Theme.AUTO)
    density = models.CharField(
        _("row height"), max_length=12, choices=Density, default=Density.COMFORTABLE
    )
    letter_keys = models.BooleanField(
        _("single-letter keys"),
        default=True,
        help_text=_("J and K move in a list, C creates, ? shows all keys. Off while you type."),
    )
    digest_mail = models.BooleanField(
        _("daily digest by e-mail"),
        default=True,
        db_default=True,
        help_text=_("On workdays after eight: what is due, what is late, what has changed."),
    )

    # Whether the request may change something: what one may only read is not there then.
    is_writing = False

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="user_has_unit",
                condition=Q(org_unit__isnull=False) | Q(role="administrator"),
                violation_error_message=_("Everyone but an administrator needs a home unit."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name shown; the user name where none is recorded."""
        return str(self)

    @property
    def is_administrator(self) -> bool:
        """Administrators run the site and see no customer."""
        return self.role == self.Role.ADMINISTRATOR

    @property
    def is_system(self) -> bool:
        """Systems call the API with a key: they sign in nowhere and stand in no list of people."""
        return self.role == self.Role.SYSTEM

    @property
    def is_staff(self) -> bool:
        """Who may enter Django admin."""
        return self.is_active and self.is_administrator

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django admin's question; pages ask `organization.permissions.can`."""
        return self.is_staff

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        """Django admin's question for several permissions."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """Django admin's question for an app."""
        return self.is_staff


class Deputy(models.Model):
    """While a manager is away another one sees and works on the same customers."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="deputies", verbose_name=_("absent")
    )
    deputy = models.ForeignKey(
        User, models.CASCADE, related_name="deputises_for", verbose_name=_("deputy")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        constraints = [
            models.CheckConstraint(
                name="deputy_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="deputy_is_another_person", condition=~Q(user=F("deputy"))),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} → {self.user}"
