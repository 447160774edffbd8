"""Names and phone numbers in one spelling, in the database: what core/text.py says in Python.

A change of the rule is a new migration, which also has to write again what was kept by it.
"""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION app_normalised_name(name text) RETURNS text
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
    SELECT coalesce(nullif(regexp_replace(replace(regexp_replace(words,
               '(?: (?:co|company|corp|corporation|inc|incorporated|limited|llc|ltd|plc))+ ?$', ''), ' ', ''),
               '(?:股份有限公司|有限责任公司|有限公司|股份公司|个体工商户|有限合伙|普通合伙|(?<![分子])公司)+$', ''), ''),
           replace(words, ' ', ''))
      FROM (SELECT regexp_replace(lower(normalize(name, NFKC)),
               '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf'
               '\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u30fb\ufe00-\ufe6f\ufeff]+',
               ' ', 'g') AS words) AS tidied
$$;

CREATE FUNCTION app_phone_digits(phone text) RETURNS text
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
    SELECT regexp_replace(regexp_replace(
               regexp_replace(lower(normalize(phone, NFKC)), '(?:ext|x|转|分机|#).*', ''),
               '[^0-9]+', '', 'g'), '^(?:00)?86(?=[0-9]{10,11}$)', '')
$$;
"""
BACKWARD = "DROP FUNCTION app_phone_digits(text); DROP FUNCTION app_normalised_name(text)"


class Migration(migrations.Migration):
    """Creates both functions."""

    dependencies = [("core", "0010_partition_statistics")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
