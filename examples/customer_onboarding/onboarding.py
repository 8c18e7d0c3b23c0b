"""One customer, from the application to the welcome mail."""

import logging

from customer_onboarding import audit
from customer_onboarding.applications import load_application
from customer_onboarding.bank import open_account, order_card
from customer_onboarding.compliance import announce, ask_compliance
from customer_onboarding.mail import send_mail
from customer_onboarding.models import Account
from customer_onboarding.screening import check_sanctions, describe_business, look_up_company

logger = logging.getLogger(__name__)


def onboard(application_id: str) -> Account | None:
    """Open the account, or say no; returns None if compliance does not want this customer."""
    audit.start_sending()
    application = load_application(application_id)
    company = look_up_company(application)
    listed = check_sanctions(application, company["owners"])
    profile = describe_business(application, company)
    logger.info("%s: %s, risk %s", application.id, profile.business, profile.risk)
    audit.record(application.id, "screened")

    if listed or profile.risk != "low":
        if not ask_compliance(application, profile, listed):
            audit.record(application.id, "refused")
            send_mail(application.email, "Your application", "We are sorry: we cannot open an account for you.")
            return None

    account = open_account(application)
    order_card(application, account)
    send_mail(
        application.email,
        f"Welcome, {application.company}",
        f"Your account {account.number} is open ({application.id}).",
    )
    audit.record(application.id, "opened")
    announce(application, account.number)
    return account
