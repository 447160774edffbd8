"""Refusals: what a service raises when it will not do what was asked."""


class RefusedError(Exception):
    """A rule says no. The message is translated and says what, why and what next."""


class FenceLostError(Exception):
    """Another runner has taken over; this one must stop without writing."""
