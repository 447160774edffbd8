"""The servers live as long as somebody uses them."""

import atexit

from crm.embedded import postgres, redis_server, users
from crm.embedded.paths import local_dir

_registered: list[bool] = []


def use() -> None:
    """Keep the servers alive while this process lives; the last user stops them at its end."""
    users.hold()
    if not _registered:
        _registered.append(True)
        atexit.register(release)


def release() -> None:
    """This process needs the servers no longer; stops them when nobody else does."""
    if users.let_go() and local_dir().exists():
        stop_unused()


def stop_unused() -> bool:
    """Stop the servers unless somebody uses them; whether they are stopped now."""
    with users.starting_or_stopping(), users.no_users() as free:
        if free:
            postgres.stop_postgres()
            redis_server.stop_redis()
        return free


def discard_unused() -> bool:
    """Delete the servers' data, of tests, unless somebody uses them; whether they are gone."""
    with users.starting_or_stopping(), users.no_users() as free:
        if free:
            postgres.stop_postgres()
            redis_server.stop_redis()
            postgres.delete_data()
            redis_server.delete_data()
        return free


def tidy_unused() -> None:
    """Let the tests' servers start anew unless somebody uses them.

    Redis starts empty. PostgreSQL keeps its data, for the migrated template in it, if it was
    stopped in order: what a machine that went down left of it is not to be trusted.
    """
    with users.starting_or_stopping(), users.no_users() as free:
        if free:
            postgres.stop_postgres()
            redis_server.stop_redis()
            redis_server.delete_data()
            if not postgres.was_stopped_in_order():
                postgres.delete_data()


def ensure_postgres() -> None:
    """A PostgreSQL that answers, started and set up when it is not there yet."""
    use()
    if not postgres.is_usable():
        with users.starting_or_stopping():
            postgres.start_postgres()


def ensure_redis() -> None:
    """A Redis that answers, started when it is not there yet."""
    use()
    if not redis_server.answers():
        with users.starting_or_stopping():
            redis_server.start_redis()
