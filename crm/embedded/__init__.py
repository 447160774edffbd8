"""PostgreSQL and Redis out of wheels, on private sockets, for machines that have neither."""
