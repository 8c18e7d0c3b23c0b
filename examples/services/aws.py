"""Three services of AWS as boto3 speaks to them: a bucket (S3), a queue (SQS), a table (DynamoDB)."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path
from typing import Any

from .exchange import Reply
from .web import Request

JSON = {"Content-Type": "application/x-amz-json-1.0"}
SCANS = Path(__file__).parent.parent / "invoice_processing" / "scans"


class S3:
    """GET /BUCKET/KEY: the files of a folder, whatever the bucket is called."""

    routes = ("s3.get",)

    def __init__(self, folder: Path = SCANS) -> None:
        self.folder = folder

    def route(self, request: Request) -> str | None:
        """See Service."""
        return "s3.get" if request.method == "GET" and request.path.count("/") >= 2 else None

    def text(self, request: Request) -> str:  # noqa: ARG002 - the path says it all
        """See Service."""
        return ""

    def answer(self, route: str, request: Request) -> Reply:  # noqa: ARG002 - there is one route
        """See Service."""
        file = self.folder / Path(request.path).name
        if not file.is_file():
            return Reply(404, b"<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>")
        content = file.read_bytes()
        return Reply(200, content, headers={"ETag": f'"{hashlib.md5(content).hexdigest()}"'})  # noqa: S324

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        code = "SlowDown" if status == 429 else "InternalError" if status >= 500 else "InvalidRequest"
        return f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()

    def reset(self) -> None:
        """The folder stays as it is."""


class Sqs:
    """One queue: SendMessage, ReceiveMessage, DeleteMessage. A message that is not deleted is delivered again."""

    routes = ("sqs.send", "sqs.receive", "sqs.delete")

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}
        self._hidden: dict[str, float] = {}
        self._sent = 0
        self._changed = threading.Condition()

    def route(self, request: Request) -> str | None:
        """See Service."""
        verbs = {"SendMessage": "sqs.send", "ReceiveMessage": "sqs.receive", "DeleteMessage": "sqs.delete"}
        return verbs.get(_verb(request))

    def text(self, request: Request) -> str:
        """See Service: a receipt belongs to the run of its message."""
        with self._changed:
            return self._bodies.get(str(request.json().get("ReceiptHandle", "")), "")

    def answer(self, route: str, request: Request) -> Reply:
        """See Service."""
        body = request.json()
        if route == "sqs.send":
            return Reply(200, {"MessageId": self.send(body["MessageBody"])}, effect=True, headers=JSON)
        if route == "sqs.delete":
            with self._changed:
                known = self._bodies.pop(body["ReceiptHandle"], None) is not None
            return Reply(200, {}, effect=known, headers=JSON)
        wait, hide = float(body.get("WaitTimeSeconds", 0)), float(body.get("VisibilityTimeout", 30))
        found = self._receive(min(wait, 1.0), hide)
        return Reply(200, {"Messages": [found]} if found else {}, headers=JSON)

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        kind = "InternalFailure" if status >= 500 else "InvalidParameterValue"
        return {"__type": "ThrottlingException" if status == 429 else kind, "message": message}

    def reset(self) -> None:
        """See Service."""
        with self._changed:
            self._bodies.clear()
            self._hidden.clear()

    def send(self, body: str) -> str:
        """Put a message into the queue; returns its id."""
        with self._changed:
            self._sent += 1
            name = f"message-{self._sent}"
            self._bodies[name] = body
            self._changed.notify_all()
        return name

    def redeliver(self) -> None:
        """The visibility time-out of everything that is in flight is over."""
        with self._changed:
            self._hidden.clear()
            self._changed.notify_all()

    def waiting(self) -> int:
        """How many messages are not deleted yet."""
        with self._changed:
            return len(self._bodies)

    def _receive(self, wait: float, hide: float) -> dict[str, str] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._visible() is not None, wait)
            name = self._visible()
            if name is None:
                return None
            self._hidden[name] = time.monotonic() + hide
            body = self._bodies[name]
        digest = hashlib.md5(body.encode()).hexdigest()  # noqa: S324 - the protocol's own
        return {"MessageId": name, "ReceiptHandle": name, "Body": body, "MD5OfBody": digest}

    def _visible(self) -> str | None:
        now = time.monotonic()
        return next((name for name in self._bodies if self._hidden.get(name, 0.0) <= now), None)


class DynamoDB:
    """One table: PutItem and GetItem.

    An item whose `status` is "pending" waits for a person: `decide_after` looks that still see it so, it becomes
    `outcome`; None: nobody looks at it.
    """

    routes = ("dynamodb.put", "dynamodb.get")

    def __init__(self, decide_after: int | None = 2, outcome: str = "approved") -> None:
        self.decide_after = decide_after
        self.outcome = outcome
        self._items: dict[str, dict[str, Any]] = {}
        self._looks: dict[str, int] = {}
        self._lock = threading.Lock()

    def route(self, request: Request) -> str | None:
        """See Service."""
        return {"PutItem": "dynamodb.put", "GetItem": "dynamodb.get"}.get(_verb(request))

    def text(self, request: Request) -> str:  # noqa: ARG002 - the body says it all
        """See Service."""
        return ""

    def answer(self, route: str, request: Request) -> Reply:
        """See Service."""
        body = request.json()
        with self._lock:
            if route == "dynamodb.put":
                # One table with one key column, named first: as in the examples.
                key = str(next(iter(body["Item"].values())))
                self._items[key] = body["Item"]
                self._looks.pop(key, None)
                return Reply(200, {}, effect=True, headers=JSON)
            key = str(next(iter(body["Key"].values())))
            item = self._looked_at(key)
            return Reply(200, {"Item": item} if item else {}, headers=JSON)

    def error(self, status: int, message: str) -> Any:
        """See Service."""
        kind = "InternalServerError" if status >= 500 else "ValidationException"
        kind = "ProvisionedThroughputExceededException" if status == 429 else kind
        return {"__type": f"com.amazonaws.dynamodb.v20120810#{kind}", "message": message}

    def reset(self) -> None:
        """See Service."""
        with self._lock:
            self._items.clear()
            self._looks.clear()

    def items(self) -> list[dict[str, Any]]:
        """What the table holds."""
        with self._lock:
            return list(self._items.values())

    def _looked_at(self, key: str) -> dict[str, Any] | None:
        item = self._items.get(key)
        if item is None or item.get("status") != {"S": "pending"}:
            return item
        looked = self._looks[key] = self._looks.get(key, 0) + 1
        if self.decide_after is not None and looked > self.decide_after:
            item = self._items[key] = {**item, "status": {"S": self.outcome}, "decided_by": {"S": "controlling"}}
        return item


def _verb(request: Request) -> str:
    return request.headers.get("x-amz-target", "").rpartition(".")[2]
