"""Static files as browsers get them: named by their content, compressed, kept for ever."""

import fcntl
import hashlib
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.base import ContentFile
from django.core.management import call_command
from whitenoise.storage import (  # type: ignore[import-untyped]  # the library has no types
    CompressedManifestStaticFilesStorage,
)

_MARK = "made-from.sha256"
_STYLES = "css/app.css"
_IMPORT = re.compile(r'^@import "([\w/.-]+)";$', re.MULTILINE)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Stores the styles as one file, so that a page asks for one; their sources stay many."""

    def post_process(
        self, paths: dict[str, Any], **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """What each file became: its name, the name it is stored by, whether it was changed."""
        if _STYLES in paths and not options.get("dry_run"):
            with self.open(_STYLES) as sheet:
                whole = _IMPORT.sub(self._imported, sheet.read().decode())
            self.delete(_STYLES)
            self.save(_STYLES, ContentFile(whole.encode()))
            paths = {**paths, _STYLES: (self, _STYLES)}
        yield from super().post_process(paths, **options)

    def _imported(self, found: re.Match[str]) -> str:
        """The text of an imported sheet, its addresses as they are from where it goes."""
        folder = posixpath.dirname(_STYLES)
        with self.open(posixpath.join(folder, found[1])) as sheet:
            text: str = sheet.read().decode()
        if posixpath.dirname(found[1]) and re.search(r"url\((?![\"']?(?:data:|#))", text):
            raise ValueError(f"{found[1]}: name files in a sheet beside {_STYLES}, not below it")
        return text


def collect() -> bool:
    """Fill STATIC_ROOT where a source has changed since; whether it had to.

    Takes some seconds, so that a start without changes must not do it. Two at once wait in line.
    """
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    mark = settings.STATIC_ROOT / _MARK
    with settings.STATIC_ROOT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = _fingerprint()
        if mark.exists() and mark.read_text() == wanted:
            return False
        call_command("collectstatic", clear=True, interactive=False, verbosity=0)
        mark.write_text(wanted)
    return True


def _fingerprint() -> str:
    """Of every source's name and content, and of how they are stored."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(name.encode())
            with storage.open(name) as source:
                digest.update(hashlib.sha256(source.read()).digest())
    return digest.hexdigest()
