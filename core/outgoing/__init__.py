"""Calls to addresses that people typed in: webhooks, group robots. Never into our own network."""

from core.outgoing.calls import Answer, NoAnswerError, post
from core.outgoing.targets import Reason, RefusedUrlError, require_callable

__all__ = ["Answer", "NoAnswerError", "Reason", "RefusedUrlError", "post", "require_callable"]
