"""The bucket with the scans and the table of invoices. The page behind the link in the mail writes to the same table."""

import boto3

from invoice_processing.models import Invoice
from invoice_processing.settings import TABLE

s3 = boto3.client("s3")
dynamodb = boto3.client("dynamodb")


def download(bucket: str, key: str) -> str:
    scan = s3.get_object(Bucket=bucket, Key=key)
    return scan["Body"].read().decode("utf-8")


def save_invoice(invoice: Invoice, status: str, note: str = "") -> None:
    dynamodb.put_item(
        TableName=TABLE,
        Item={
            "invoice_id": {"S": invoice.id},
            "supplier": {"S": invoice.supplier},
            "total": {"N": str(invoice.total)},
            "status": {"S": status},
            "note": {"S": note},
        },
    )


def load_approval(invoice_id: str) -> dict:
    """Status and, once somebody has decided, who that was."""
    found = dynamodb.get_item(TableName=TABLE, Key={"invoice_id": {"S": invoice_id}}, ConsistentRead=True)
    item = found.get("Item", {})
    return {"status": item.get("status", {}).get("S"), "by": item.get("decided_by", {}).get("S", "somebody")}
