"""May a night's tiers be published, or did too many customers move at once?"""

from decimal import Decimal
from fractions import Fraction


def moved_too_many(moved: int, population: int, *, max_share: Decimal, floor: int) -> bool:
    """Whether more than `max_share` of the customers change tier; up to `floor` of them always may.

    The first run and the first after an activation are exempt: the caller does not ask.
    """
    return moved > floor and moved > Fraction(max_share) * population
