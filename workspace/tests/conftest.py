"""What tests of the pages share."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path: Path) -> Path:
    """Where uploaded files lie during a test."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR
