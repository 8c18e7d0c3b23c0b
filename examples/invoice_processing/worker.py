"""python -m invoice_processing.worker: takes one message after the other from the queue, until it is stopped."""

import json
import logging

import boto3

from invoice_processing.processing import process_invoice
from invoice_processing.settings import QUEUE_URL, RECEIVE_WAIT_SECONDS

logger = logging.getLogger(__name__)

sqs = boto3.client("sqs")


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    while True:
        answer = sqs.receive_message(
            QueueUrl=QUEUE_URL, MaxNumberOfMessages=1, WaitTimeSeconds=RECEIVE_WAIT_SECONDS, VisibilityTimeout=900
        )
        for message in answer.get("Messages", []):
            event = json.loads(message["Body"])
            process_invoice(event["bucket"], event["key"])
            sqs.delete_message(QueueUrl=QUEUE_URL, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    main()
