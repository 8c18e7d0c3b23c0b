"""python -m customer_onboarding APPLICATION_ID"""

import argparse
import logging

from customer_onboarding.onboarding import onboard


def main() -> None:
    parser = argparse.ArgumentParser(prog="customer_onboarding", description="Onboard one business customer.")
    parser.add_argument("application_id", help="name of a file under APPLICATIONS_DIR, e.g. APP-2001")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    account = onboard(args.application_id)
    print(f"account {account.number}" if account else "refused")


if __name__ == "__main__":
    main()
