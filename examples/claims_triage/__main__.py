"""python -m claims_triage CLAIM_ID"""

import argparse
import asyncio
import json
import logging
from dataclasses import asdict

from claims_triage.pipeline import triage_claim


def main() -> None:
    parser = argparse.ArgumentParser(prog="claims_triage", description="Triage one claim.")
    parser.add_argument("claim_id", help="name of a folder under CLAIMS_DIR, e.g. CLM-1001")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    decision = asyncio.run(triage_claim(args.claim_id))
    print(json.dumps(asdict(decision), indent=2))


if __name__ == "__main__":
    main()
