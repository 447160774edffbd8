"""What a request about rules asks: which version, and whether the person may for the company."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from organization.access import user_of
from organization.models import User
from organization.permissions import Action, for_the_company
from segmentation.models import RuleSet


def user_for_the_company(request: HttpRequest, action: Action) -> User:
    """The person if they may do it for the whole company, else 403."""
    user = user_of(request)
    if not for_the_company(user, action):
        raise PermissionDenied
    return user


def version_or_404(version: int) -> RuleSet:
    """The version with the people who made and decided it."""
    people = ("author", "activated_by", "sent_back_by")
    found = RuleSet.objects.select_related(*people).filter(version=version).first()
    if found is None:
        raise Http404
    return found


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def number(request: HttpRequest, name: str) -> int:
    """The version that the query names; 0 for none."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def page_of(rules: RuleSet) -> str:
    """Where a version is shown."""
    return reverse("rule_set", args=[rules.version])
