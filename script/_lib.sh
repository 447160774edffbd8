# Shared by the commands in this folder: finds the code, and makes the virtual environment.
# Messages go to stderr, so that the standard output of a command stays its own.
ROOT="$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
PYTHON="$ROOT/.venv/bin/python"

usable_python() { # a candidate counts only when it runs: version managers put up empty shims
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in "$PYTHON" ${YIHU_PYTHON:+"$YIHU_PYTHON"} python3.11 python3.12 python3.13 python3 python \
        /usr/bin/python3 /usr/local/bin/python3.1[123] /opt/homebrew/bin/python3.1[123] \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[123]*/bin/python; do
        if usable_python "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11, 3.12 or 3.13 is needed and was not found; YIHU_PYTHON may name one." >&2
    return 1
}

need() { # need runtime|dev: an environment with these requirements
    local python
    python="$(find_python)"
    "$python" "$ROOT/script/_environment.py" "$1"
}
