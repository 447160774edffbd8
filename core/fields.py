"""Field classes: who may read a field is decided by its class, never page by page.

Every model that hangs on a customer declares `field_classes`; a test fails for a field that is in
no class. Which role reads which classes stands in `organization.permissions`.
"""

from enum import StrEnum

MASK = "•••"  # what stands where somebody may not read


class FieldClass(StrEnum):
    """How private a field is."""

    PUBLIC = "public"  # may leave the company: name, code
    INTERNAL = "internal"  # for everyone who may see the customer
    CREDIT = "credit"  # what is granted, for those who see the credit
    PERSONAL = "personal"  # identifies or reaches a person
    RESTRICTED = "restricted"  # opened on purpose, with a reason, and logged


def field_classes(
    *,
    public: str = "",
    internal: str = "",
    credit: str = "",
    personal: str = "",
    restricted: str = "",
) -> dict[str, FieldClass]:
    """A model's fields by class, each argument a blank-separated list of field names."""
    groups = {
        FieldClass.PUBLIC: public,
        FieldClass.INTERNAL: internal,
        FieldClass.CREDIT: credit,
        FieldClass.PERSONAL: personal,
        FieldClass.RESTRICTED: restricted,
    }
    return {name: kind for kind, names in groups.items() for name in names.split()}
