"""The compliance team decides in Slack: a message in their channel, and an answer in its thread."""

import os
import time

from slack_sdk import WebClient

from customer_onboarding.models import Application, Profile

CHANNEL = os.environ.get("COMPLIANCE_CHANNEL", "C0COMPLIANCE")
POLL_SECONDS = float(os.environ.get("SLACK_POLL_SECONDS", "30"))

slack = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ.get("SLACK_URL", "https://slack.com/api/"))


def ask_compliance(application: Application, profile: Profile, listed: list[str]) -> bool:
    """Whether compliance wants this customer; waits until somebody answers `approve` or `reject`."""
    question = slack.chat_postMessage(
        channel=CHANNEL,
        text=f"{application.id}: {application.company}, {profile.business}. Risk {profile.risk}: {profile.reason}. "
        f"On a list: {', '.join(listed) or 'nobody'}. Answer `approve` or `reject` in the thread.",
    )
    while True:
        approval = find_approval(question["ts"])
        if approval is not None:
            return approval
        time.sleep(POLL_SECONDS)


def find_approval(thread: str) -> bool | None:
    replies = slack.conversations_replies(channel=CHANNEL, ts=thread)
    for message in replies["messages"][1:]:
        if message["text"].strip() in ("approve", "reject"):
            return message["text"].strip() == "approve"
    return None


def announce(application: Application, number: str) -> None:
    slack.chat_postMessage(
        channel=os.environ.get("SALES_CHANNEL", "C0SALES"),
        text=f"{application.id}: {application.company} has account {number}.",
    )
