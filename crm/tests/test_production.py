"""Production starts safe or not at all (R23)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = Path(__file__).resolve().parents[2]
SAFE = {
    "YIHU_PRODUCTION": "1",
    "YIHU_SECRET_KEY": "n0t-a-default-" + "kX7vQ2mZ9" * 6,
    "YIHU_ALLOWED_HOSTS": "crm.example.com",
}
OIDC = {
    "YIHU_OIDC_ISSUER": "https://id.example.com",
    "YIHU_OIDC_CLIENT_ID": "yihu",
    "YIHU_OIDC_CLIENT_SECRET": "told by the provider",
}


def run(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command in production, in a process of its own."""
    environment = {**os.environ, **SAFE, **settings}
    return subprocess.run(
        [sys.executable, *command],
        cwd=CODE,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


def check_deploy(**settings: str) -> subprocess.CompletedProcess[str]:
    return run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **settings)


def start_web(**settings: str) -> subprocess.CompletedProcess[str]:
    return run("-c", "import crm.wsgi", **settings)


@pytest.mark.parametrize("more", [{}, OIDC], ids=["by password", "by single sign-on"])
def test_the_deployment_check_has_nothing_to_say(more: dict[str, str]) -> None:
    done = check_deploy(**more)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("unsafe", "named"),
    [
        ({"YIHU_SECRET_KEY": ""}, "YIHU_SECRET_KEY must be set"),
        ({"YIHU_SECRET_KEY": "short"}, "YIHU_SECRET_KEY is too short"),
        ({"YIHU_DEBUG": "1"}, "YIHU_DEBUG must not be on"),
        ({"YIHU_ALLOWED_HOSTS": ""}, "YIHU_ALLOWED_HOSTS must name"),
        ({"YIHU_SECOND_FACTOR": "optional"}, "YIHU_SECOND_FACTOR must be 'required'"),
        ({"YIHU_SECOND_FACTOR": "none"}, "YIHU_SECOND_FACTOR='none' is not one of"),
        ({"YIHU_OIDC_ISSUER": "https://id.example.com"}, "needs YIHU_OIDC_CLIENT_ID"),
        ({**OIDC, "YIHU_OIDC_ISSUER": "http://id.example.com"}, "must be an https:// address"),
        ({"YIHU_PRODUCTION": "perhaps"}, "YIHU_PRODUCTION='perhaps' is not a yes or no"),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(unsafe: dict[str, str], named: str) -> None:
    done = start_web(**unsafe)
    assert done.returncode != 0
    assert named in done.stderr


def test_it_starts_under_the_role_of_the_web() -> None:
    done = start_web(YIHU_DB_ROLE="crm_app")
    assert done.returncode == 0, done.stderr


def test_a_superuser_database_login_is_refused() -> None:
    done = start_web(YIHU_DB_ROLE="postgres")
    assert done.returncode != 0
    assert "signs in as a superuser" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "nightly"),
        ("manage.py", "migrate"),
        ("-m", "celery", "-A", "crm", "worker", "--concurrency", "1"),
        ("-m", "celery", "-A", "crm", "beat", "--pidfile=", "--schedule", "{folder}/schedule"),
    ],
    ids=["command", "migration", "worker", "beat"],
)
def test_no_other_process_runs_as_a_superuser_either(command: tuple[str, ...], tmp_path) -> None:
    done = run(*(word.format(folder=tmp_path) for word in command), YIHU_DB_ROLE="postgres")
    assert done.returncode != 0
    assert "signs in as a superuser" in done.stderr


def test_what_needs_no_database_runs_all_the_same() -> None:
    done = run("manage.py", "check", YIHU_DB_ROLE="postgres")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("path", "is_sent_to_tls"),
    [("/healthz", False), ("/readyz", False), ("/metrics", False), ("/", True)],
)
def test_machines_are_answered_without_tls_and_people_sent_to_it(
    client, settings, db, path: str, is_sent_to_tls: bool
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(path)
    assert (answer.status_code == 301) == is_sent_to_tls


def test_outside_production_the_same_login_is_let_in() -> None:
    done = start_web(YIHU_PRODUCTION="0", YIHU_DB_ROLE="postgres")
    assert done.returncode == 0, done.stderr
