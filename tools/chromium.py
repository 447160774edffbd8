"""Where Chromium is: for the browser tests, the pictures of the guide and the benchmark.

`python tools/chromium.py` writes its path, and fails without one.
"""

import shutil
import sys

# The shell draws the same pages with half of Chromium's work; not all systems have it.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISSING = "No Chromium: install the package chromium."


def find_chromium() -> str | None:
    """The path of the first there is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    sys.stdout.write(f"{find_chromium() or sys.exit(MISSING)}\n")
