"""When a customer's file hangs on one head.

The same three questions are asked in `engagement/sql/file_risks.sql` for all customers at once and
in `engagement.reports.at_risk` for the customers of a list.
"""

import datetime as dt

from core.rules import BUSINESS_ZONE

KNOWN_DAYS = 365  # somebody who wrote a note in this time still knows the customer
VISIT_DAYS = 90
CONTACTS = 2  # who knows a customer through fewer loses it with one person
QUESTIONS = ("alone", "one_contact", "unvisited")


def time_of(day: dt.date, days: int) -> tuple[dt.datetime, dt.datetime]:
    """The moments between which the last `days` business days up to the end of `day` lie."""
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=BUSINESS_ZONE)
    return end - dt.timedelta(days=days), end
