"""Database roles (docs/architecture.md, "Who may do what in the database").

`crm_owner` owns the tables and migrates, `crm_app` serves pages and the API under row-level
security, `crm_job` runs imports, exports and the night over all rows.
"""

OWNER, APP, JOB = "crm_owner", "crm_app", "crm_job"

_OWNER_COMMANDS = {
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "inspectdb",
    "check",
    "demo remove",  # deletes from the ledger and the history
}
_APP_COMMANDS = {"runserver", "testserver"}
_WITHOUT_DATABASE = {  # commands that never sign in
    "",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "static_files",
    "setup_database",  # as the administrator of the database, by an address of its own
    "version",
}


def role_for_command(command: str, action: str = "") -> str:
    """The database role of a management command; commands act for the operator, not a user."""
    if {command, f"{command} {action}"} & _OWNER_COMMANDS:
        return OWNER
    return APP if command in _APP_COMMANDS else JOB


def signs_in(command: str) -> bool:
    """Whether a management command may sign in to the database."""
    return command.lstrip("-") not in _WITHOUT_DATABASE
