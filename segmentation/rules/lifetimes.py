"""Who comes back, how often and for how much (C8): BG/NBD and Gamma-Gamma by maximum likelihood.

Sources: Fader, Hardie and Lee, "Counting Your Customers" the Easy Way (Marketing Science 24, 2005);
Fader and Hardie, The Gamma-Gamma Model of Monetary Value (2013). Everything is in logarithms, so
that large counts neither overflow nor vanish. Only fitting reads this module: it loads numpy. By
night sql/customer_values.sql applies what was fitted.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]

# Where all customers are alike, two parameters grow without end at one ratio: here they stop.
_LEAST, _MOST = math.log(1e-4), math.log(1e4)
_MOST_A = math.log(100)  # keeps (1 - z) ** (a - 1) in range
_NEAR_ONE = 1e-6
_TERMS = 5000


class FitError(ArithmeticError):
    """No parameters make the data likely, or the search for the best comes to no end."""


@dataclass(frozen=True, slots=True)
class Histories:
    """Customers by what is known of them, in periods of one length, e.g. weeks.

    `repeats` (x): active periods after the first; `recency` (t_x): from the first to the last;
    `age` (T): from the first to now; `customers`: how many have this history.
    """

    repeats: Numbers
    recency: Numbers
    age: Numbers
    customers: Numbers


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """BG/NBD: rates of activity are gamma (r, alpha), chances to leave then are beta (a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class Spending:
    """Gamma-Gamma: values of active periods are gamma (p, v), v is gamma (q, gamma)."""

    p: float
    q: float
    gamma: float
    log_likelihood: float


def fit_lifetimes(known: Histories) -> Lifetimes:
    """The most likely parameters of BG/NBD; FitError without an optimum."""
    repeats = np.asarray(known.repeats, dtype=np.int64)
    weight = np.asarray(known.customers, dtype=float)
    if not (weight * (repeats > 0)).sum():
        raise FitError("nobody came back")
    mean_age = max(float((known.age * weight).sum() / weight.sum()), 1.0)

    def negative(logs: Numbers) -> float:
        if logs[2] > _MOST_A:
            return math.inf
        return -float((weight * _history_likelihood(known, *np.exp(logs))).sum())

    logs, least = _minimum(negative, np.array([0.0, math.log(mean_age), 0.0, 0.5]))
    r, alpha, a, b = (float(each) for each in np.exp(logs))
    return Lifetimes(r, alpha, a, b, -least)


def _history_likelihood(known: Histories, r: float, alpha: float, a: float, b: float) -> Numbers:
    """Logarithm of the likelihood of each history."""
    x = np.asarray(known.repeats, dtype=np.int64)
    until = np.arange(int(x.max(initial=0)))
    # ln G(r+x)/G(r) and ln B(a,b+x)/B(a,b) are sums over whole numbers: no gamma function needed.
    rising = np.concatenate(([0.0], np.cumsum(np.log(r + until))))
    staying = np.concatenate(([0.0], np.cumsum(np.log(b + until) - np.log(a + b + until))))
    came = rising[x] + r * math.log(alpha) + staying[x]
    stays = -(r + x) * np.log(alpha + known.age)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = math.log(a) - np.log(b + x - 1) - (r + x) * np.log(alpha + known.recency)
    result: Numbers = came + np.where(x > 0, np.logaddexp(stays, left), stays)
    return result


def p_alive(model: Lifetimes, repeats: Numbers, recency: Numbers, age: Numbers) -> Numbers:
    """The probability that a customer who came back is still one.

    One that never did (x = 0) has no such probability: the model would say 1; nan.
    """
    x = np.asarray(repeats, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        odds = math.log(model.a) - np.log(model.b + x - 1)
        odds = odds + (model.r + x) * (np.log(model.alpha + age) - np.log(model.alpha + recency))
        result: Numbers = np.where(x > 0, 1 / (1 + np.exp(odds)), np.nan)
    return result


def expected_periods(
    model: Lifetimes, repeats: Numbers, recency: Numbers, age: Numbers, ahead: float
) -> Numbers:
    """How many active periods a customer has in the `ahead` ones to come, at most all of them.

    Also of those that never came back: whoever sums over all customers needs them.
    """
    x = np.asarray(repeats, dtype=float)
    alive = np.where(x > 0, p_alive(model, x, recency, age), 1.0)
    capped: Numbers = np.minimum(_expected_alive(model, x, np.asarray(age), ahead) * alive, ahead)
    return capped


def _expected_alive(model: Lifetimes, x: Numbers, age: Numbers, ahead: float) -> Numbers:
    """Equation 10 of the source, of customers known to be alive.

    Its hypergeometric series converges fast after Euler's transformation, whose terms alternate
    where r is large; there the plain series, of positive terms.
    """
    r, alpha, a, b = model.r, model.alpha, _not_one(model.a), model.b
    z = ahead / (alpha + age + ahead)
    c = a + b + x - 1
    c = np.where(np.abs(c) < _NEAR_ONE, _NEAR_ONE, c)  # x = 0 and a + b = 1: the limit is finite
    transformed = a + b - 1 - r > -1
    top = (a + b - 1 - r, a - 1) if transformed else (r + x, b + x)
    term = (1 - z) ** (a - 1 if transformed else r + x)
    total = term
    for n in range(_TERMS):
        term = term * (top[0] + n) * (top[1] + n) / ((c + n) * (n + 1)) * z
        total = total + term
        if np.all(np.abs(term) <= 1e-16 * np.abs(total)):
            break
    result: Numbers = c / (a - 1) * (1 - total)
    return result


def _not_one(a: float) -> float:
    """`a`, moved a little where the formula has 0 / 0."""
    return 1 + _NEAR_ONE if abs(a - 1) < _NEAR_ONE else a


def fit_spending(periods: Numbers, mean_value: Numbers) -> Spending:
    """The most likely parameters of Gamma-Gamma, of customers' numbers of active periods and means.

    ValueError for a value of 0 or less: such customers stay out. FitError without an optimum.
    """
    n, mean = np.asarray(periods, dtype=float), np.asarray(mean_value, dtype=float)
    if (mean <= 0).any() or (n <= 0).any():
        raise ValueError("only positive values of at least one period")
    if len(np.unique(mean)) < 2:
        raise FitError("all values are alike")
    scale = float(mean.mean())  # so that gamma is near 1 in any currency
    kinds, place = np.unique(n, return_inverse=True)
    log_sum = np.log(n * mean / scale)
    once = float(np.log(mean).sum())

    def negative(logs: Numbers) -> float:
        p, q, _gamma = (float(each) for each in np.exp(logs))
        both = np.logaddexp(log_sum, logs[2])  # ln(gamma + n x mean)
        beta = np.array([
            math.lgamma(p * k) + math.lgamma(q) - math.lgamma(p * k + q) for k in kinds
        ])  # fmt: skip
        each = -beta[place] + q * (logs[2] - both) + p * n * (log_sum - both)
        return once - float(each.sum())

    logs, least = _minimum(negative, np.array([1.0, 1.0, 1.0]))
    p, q, gamma = (float(each) for each in np.exp(logs))
    return Spending(p, q, gamma * scale, -least)


def expected_value(
    model: Spending, periods: int | Numbers, total_value: float | Numbers
) -> float | Numbers:
    """The mean value of a customer's active periods to come, from `periods` and what they brought.

    Without periods that of all customers, which only q > 1 has.
    """
    return (model.gamma + total_value) * model.p / (model.p * periods + model.q - 1)


def _minimum(of: Callable[[Numbers], float], start: Numbers) -> tuple[Numbers, float]:
    """Where a function of logarithms of positive parameters is least (Nelder and Mead, 1965).

    Begins again from where it ended until that no longer helps: a simplex may collapse on a slope.
    """

    def bounded(point: Numbers) -> float:
        if (point < _LEAST).any() or (point > _MOST).any():
            return math.inf
        with np.errstate(over="ignore", invalid="ignore"):
            value = of(point)
        return value if math.isfinite(value) else math.inf

    best, least = start, bounded(start)
    for attempt in count():
        found, value = _descend(bounded, best)
        if not math.isfinite(value):
            raise FitError("no parameters make the data possible")
        gained, best, least = least - value, found, min(value, least)
        if gained <= 1e-9 * max(abs(least), 1.0):
            break
        if attempt == 20:
            raise FitError("no optimum was reached")
    return best, least


def _descend(of: Callable[[Numbers], float], start: Numbers) -> tuple[Numbers, float]:
    """One simplex, from a fresh one around the start until it is a point."""
    corners = [start, *(start + 0.4 * row for row in np.eye(len(start)))]
    values = [of(corner) for corner in corners]
    for _ in range(400 * len(start)):
        order = np.argsort(values, kind="stable")
        corners, values = [corners[i] for i in order], [values[i] for i in order]
        if max(float(np.abs(each - corners[0]).max()) for each in corners) < 1e-8:
            break
        centre = np.mean(corners[:-1], axis=0)
        corner, value = _step(of, centre, corners[-1], values)
        if value < values[-1]:
            corners[-1], values[-1] = corner, value
        else:  # nowhere is better: draw all corners to the best
            corners = [corners[0], *((corners[0] + each) / 2 for each in corners[1:])]
            values = [values[0], *(of(each) for each in corners[1:])]
    place = int(np.argmin(values))
    return corners[place], values[place]


def _step(
    of: Callable[[Numbers], float], centre: Numbers, worst: Numbers, values: list[float]
) -> tuple[Numbers, float]:
    """A corner to put in the place of the worst: across, further across, or nearer."""
    across = centre + (centre - worst)
    value = of(across)
    if value < values[0]:
        further = centre + 2 * (centre - worst)
        return min(((across, value), (further, of(further))), key=lambda each: each[1])
    if value < values[-2]:
        return across, value
    towards = across if value < values[-1] else worst
    nearer = (centre + towards) / 2
    return nearer, of(nearer)
