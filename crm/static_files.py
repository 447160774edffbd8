"""Static files as browsers get them: named by their content, compressed, kept for ever."""

import fcntl
import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

_MARK = "made-from.sha256"


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
