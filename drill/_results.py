"""What a night leaves behind, as fingerprints that two nights can be compared by."""

from django.db import connection

from core.models import VersionedTable


def of_version(version: int) -> dict[str, str]:
    """A fingerprint of each versioned table's rows of that version; surrogate keys left out."""
    tables = VersionedTable.objects.order_by("name").values_list("name", flat=True)
    return {table: _fingerprint(table, version) for table in tables}


def _fingerprint(table: str, version: int) -> str:
    return _value(
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(line, chr(10) ORDER BY line)), '')"
        f" FROM (SELECT (to_jsonb(t) - 'version')::text AS line FROM {table} t"
        f" WHERE version = {version}) AS lines"
    )


def of_customers() -> str:
    """What the customers' own columns say."""
    return _value(
        "SELECT md5(string_agg(concat_ws(' ', code, tier, size, abc_class), chr(10) ORDER BY code))"
        " FROM customers_customer"
    )


def of_alerts() -> str:
    """The alerts there are, with their states."""
    return _value(
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(concat_ws(' ', key, opened_on, amount,"
        " status, closed_on, closing_reason), chr(10) ORDER BY key)), '') FROM engagement_alert"
    )


def of_credit() -> str:
    """The states of credit in force."""
    return _value(
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(concat_ws(' ', customer_id, currency,"
        " day, before, state, shown, exposure, used, overdue), chr(10)"
        " ORDER BY customer_id, currency)), '') FROM contracts_creditstate"
    )


def of_history() -> str:
    """The recorded changes of customers' classes, in order."""
    return _value(
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(concat_ws(' ', row_id, changes, actor),"
        " chr(10) ORDER BY row_id, id)), '') FROM core_history"
        " WHERE table_name = 'customers_customer' AND operation = 'U'"
    )


def _value(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
