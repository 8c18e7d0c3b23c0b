"""Loopback services: a world for the examples that costs nothing and counts everything.

They speak the wire formats of OpenAI, Mistral, Anthropic, S3, SQS, DynamoDB, Slack and SMTP, and play the house services
of the examples (CRM, review board, ERP, bank, forum ...), on 127.0.0.1 and free ports. They count every call by run, tell
a request that arrived from a write that was applied, and can be told to fail, hang, be slow or answer 429. They know
nothing of the pipelines but how their run ids look, and which people answer.

In a process of their own: `python -m services --write-addresses FILE` (from `examples/`).
In a test: `with Services() as services: ... services.env, services.counts("CLM-1001")`.
"""

from .faults import Do, Fault
from .ledger import Call, Counted, Tally
from .running import Services

__all__ = ["Call", "Counted", "Do", "Fault", "Services", "Tally"]
