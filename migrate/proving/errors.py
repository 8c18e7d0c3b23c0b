"""What stops a proof before it says anything: one sentence each, with what to do."""

from __future__ import annotations


class ProofError(Exception):
    """The proof could not be made; the message is one sentence for the user."""
