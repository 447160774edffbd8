"""Makes `.venv` beside the code, in step with the requirements. Standard library only."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / ".unfinished"
FILES = {"runtime": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}


def say(message: str) -> None:
    """One line for the person at the terminal."""
    print(message, file=sys.stderr, flush=True)


def stamp(kind: str) -> Path:
    """The file that says which requirements are installed."""
    return VENV / f".{kind}.sha256"


def wanted(kind: str) -> str:
    """A fingerprint of what an up-to-date environment of this kind holds."""
    text = b"".join((ROOT / name).read_bytes() for name in [*FILES[kind], "constraints.txt"])
    return hashlib.sha256(text).hexdigest()


def current(kind: str) -> bool:
    """Whether the environment has these requirements."""
    mark = stamp(kind)
    return mark.exists() and mark.read_text() == wanted(kind) and not UNFINISHED.exists()


def works() -> bool:
    """Whether an environment is there that was not broken off half-made."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    command = [str(PYTHON), "-m", "pip", "--version"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def make() -> None:
    """A fresh environment. Ends the program with advice when this Python cannot make one."""
    say("Making the virtual environment .venv ...")
    shutil.rmtree(VENV, ignore_errors=True)
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [base, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        say(done.stdout + done.stderr)
        sys.exit(
            f"{base} cannot make a virtual environment. On Debian and Ubuntu install"
            f" python{version}-venv, or name another Python 3.11-3.13 in YIHU_PYTHON."
        )


def install(kind: str) -> None:
    """Install the requirements; a break in between leaves a mark, and the next try starts anew."""
    say("Installing requirements ...")
    UNFINISHED.touch()
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "-r", ROOT / FILES[kind][-1]]
    command += ["-c", ROOT / "constraints.txt"]
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        sys.exit("The requirements could not be installed; the lines above say why.")
    for done in ("runtime", kind):
        stamp(done).write_text(wanted(done))
    UNFINISHED.unlink()


def main(kind: str) -> None:
    """An environment with the requirements of `kind`; does nothing when it is up to date."""
    if current(kind) and PYTHON.exists():
        return
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if current(kind) and PYTHON.exists():
            return
        if not works():
            make()
        install(kind)


if __name__ == "__main__":
    main(sys.argv[1])
