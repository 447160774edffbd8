"""Files of customers: kept outside the web root under names that say nothing."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Attachment
from customers.rules.file_types import content_type, safe_name

MOST_MB = 20
MOST_AT_ONCE = 10
_ORPHAN_SECONDS = 24 * 3600


def place(token: UUID) -> Path:
    """Where the bytes of a file lie."""
    return Path(settings.FILES_DIR) / token.hex[:2] / token.hex


def checked_type(file: "UploadedFile[Any]") -> str:
    """The type by content; RefusedError for what is too large, empty or of no kept kind."""
    name = (file.name or "")[:100]
    if (file.size or 0) > MOST_MB * 1024 * 1024:
        raise RefusedError(
            _("{name} is larger than {n} MB: scan it smaller.").format(name=name, n=MOST_MB)
        )
    if not file.size:
        raise RefusedError(_("{name} is empty.").format(name=name))
    kind = content_type(cast("BinaryIO", file.file))
    if kind is None:
        message = _(
            "{name} is none of PDF, PNG, JPEG, WebP, xlsx or docx by its content, or has macros."
        )
        raise RefusedError(message.format(name=name))
    return kind


@transaction.atomic
def add_file(attachment: Attachment, file: "UploadedFile[Any]") -> Attachment:
    """Keep the file as what `attachment` says of it; RefusedError as `checked_type`.

    The bytes are written first: a file whose row never came is removed by night.
    """
    attachment.content_type = checked_type(file)
    attachment.name = safe_name(file.name or "", attachment.content_type)
    attachment.size = file.size or 0
    attachment.sha256 = _written(file, place(attachment.token))
    attachment.save()
    return attachment


def _written(file: "UploadedFile[Any]", path: Path) -> str:
    """Write the bytes under a passing name first; returns their check sum."""
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    digest = hashlib.sha256()
    passing = path.with_suffix(".part")
    with passing.open("wb") as target:
        for piece in file.chunks():
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    passing.rename(path)
    return digest.hexdigest()


@transaction.atomic
def remove_file(attachment: Attachment) -> None:
    """Take a file away; the history keeps its name, size and check sum."""
    path = place(attachment.token)
    attachment.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def remove_orphans() -> int:
    """Remove files of a day ago that no row names; returns how many. For the night."""
    removed = 0
    for path in _old_files(time.time() - _ORPHAN_SECONDS):
        token = _token(path)
        if token is None or not Attachment.objects.filter(token=token).exists():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _old_files(before: float) -> Iterator[Path]:
    for path in Path(settings.FILES_DIR).glob("??/*"):
        if path.is_file() and path.stat().st_mtime < before:
            yield path


def _token(path: Path) -> UUID | None:
    try:
        return UUID(path.stem)
    except ValueError:
        return None
