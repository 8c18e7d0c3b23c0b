"""python -m invoice_processing.submit INVOICE_ID: puts a scan that lies in the bucket into the queue again."""

import json
import sys

import boto3

from invoice_processing.settings import QUEUE_URL


def main() -> None:
    body = json.dumps({"bucket": "scans", "key": f"inbox/{sys.argv[1]}.txt"})
    boto3.client("sqs").send_message(QueueUrl=QUEUE_URL, MessageBody=body)


if __name__ == "__main__":
    main()
