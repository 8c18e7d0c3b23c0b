"""The nightly digest, started by cron: python -m claims_triage.digest"""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta

from claims_triage.llm import complete
from claims_triage.mail import send_mail
from claims_triage.storage import decisions_since

TEAM = os.environ.get("TEAM_ADDRESS", "claims-team@insurance.example")


async def send_digest() -> int:
    """Mail a summary of the last day's decisions to the team; returns how many there were."""
    rows = decisions_since(datetime.now(UTC) - timedelta(days=1))
    if not rows:
        return 0
    summary = await complete("Summarise the decisions for the claims team in three sentences.", json.dumps(rows))
    send_mail(TEAM, f"{len(rows)} claims decided", summary)
    return len(rows)


if __name__ == "__main__":
    print(asyncio.run(send_digest()))
