"""Connections that start the embedded Redis when they are first needed."""

from typing import Any

from celery import Celery
from redis import ConnectionPool
from redis.connection import ConnectionInterface

from crm.embedded.lifetime import ensure_redis


class EmbeddedConnectionPool(ConnectionPool):
    """For Django's cache: `OPTIONS["pool_class"]`."""

    def make_connection(self) -> ConnectionInterface:
        """A new connection to a server that is running by then."""
        ensure_redis()
        return super().make_connection()


class EmbeddedCelery(Celery):
    """A Celery application whose broker is running by the time it is connected to."""

    def connection_for_read(self, *args: Any, **kwargs: Any) -> Any:
        """The connection a worker listens on."""
        ensure_redis()
        return super().connection_for_read(*args, **kwargs)

    def connection_for_write(self, *args: Any, **kwargs: Any) -> Any:
        """The connection tasks are sent with."""
        ensure_redis()
        return super().connection_for_write(*args, **kwargs)
