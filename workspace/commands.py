"""What the command palette can do besides finding: go somewhere, make something, change looks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organization.models import User
from organization.permissions import Action, can
from workspace.navigation import Creation, NavigationItem


@dataclass(frozen=True, slots=True)
class Command:
    """Something to choose. `act` is done by app.js: theme:dark, language:en, dialog:keys."""

    label: str
    icon: str
    url: str
    key: str = ""
    drawer: bool = False  # the address is asked for in the drawer
    act: str = ""
    words: str = ""  # it is also found by these

    def fits(self, text: str) -> bool:
        """Whether each word typed stands in the label or the other words."""
        haystack = f"{self.label} {self.words}".casefold()
        return all(word in haystack for word in text.casefold().split())


def commands(
    user: User, pages: Iterable[NavigationItem], creations: Iterable[Creation]
) -> Iterator[Command]:
    """All the person may choose."""
    for page in pages:
        yield Command(page.label, page.icon, page.url, page.key, words="go")
    for item in creations:
        yield Command(item.label, item.icon, item.url, item.key, drawer=True, words="new")
    if can(user, Action.LOOK_UP):
        url = reverse("look_up")
        yield Command(_("Look up a company"), "search", url, words="branch exists access")
    if can(user, Action.MERGE):
        words = "duplicates merge"
        yield Command(_("Possible duplicates"), "copy", reverse("duplicates"), words=words)
    if can(user, Action.UNMERGE):
        yield Command(_("Merged files"), "copy", reverse("merges"), words="merge undo")
    settings = reverse("preferences")
    yield Command(_("Dark colours"), "moon", settings, act="theme:dark", words="theme dark")
    yield Command(_("Light colours"), "sun", settings, act="theme:light", words="theme light")
    if (get_language() or "").startswith("zh"):
        yield Command("English", "language", settings, act="language:en", words="语言 language")
    else:
        yield Command("中文", "language", settings, act="language:zh-hans", words="语言 language")
    yield Command(_("Preferences"), "settings", settings, words="settings")
    yield Command(_("Change password"), "lock", reverse("change_password"))
    yield Command(_("Keyboard"), "keyboard", settings, key="?", act="dialog:keys", words="help")
