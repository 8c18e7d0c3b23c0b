"""For the service desk: python -m claims_triage.lookup CLAIM_ID"""

import sys

from claims_triage.storage import find_decision


def main() -> None:
    decision = find_decision(sys.argv[1])
    print(decision or "no decision yet")


if __name__ == "__main__":
    main()
