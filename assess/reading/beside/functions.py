"""Functions that a cloud starts: serverless.yml, SAM and CloudFormation templates."""

from __future__ import annotations

from collections.abc import Iterator

from assess.model.woven import TriggerKind
from assess.reading.beside.starts import Form, Start, Target, folder_of, joined
from assess.reading.beside.yaml import Node, documents

_QUEUES = frozenset(
    """activemq dynamodb kafka kinesis mq msk mskevent rabbitmq selfmanagedkafka sns sqs stream documentdb
    eventbridgequeue""".split()
)
_WEB = frozenset({"http", "httpapi", "api", "websocket", "alb"})
_TIMES = frozenset({"schedule", "schedulev2"})


def read_serverless(file: str, text: str) -> Iterator[Start]:
    """`functions.NAME.handler: module.function`, with what its `events` say."""
    for document in documents(text):
        framework = "aws_lambda" if document.get("provider", "name").text in (None, "aws") else None
        for name, function in document.get("functions").keys.items():
            events = [(kind, node) for item in function.get("events").items for kind, node in _event(item)]
            yield from _starts(file, name, function.get("handler"), "", events, framework)


def _event(item: Node) -> list[tuple[str, Node]]:
    return [(item.text, Node(item.line))] if item.text is not None else list(item.keys.items())


def read_template(file: str, text: str) -> Iterator[Start]:
    """Resources of type `AWS::Serverless::Function` or `AWS::Lambda::Function`, with their events."""
    for document in documents(text):
        shared = document.get("Globals", "Function", "CodeUri").text
        for name, resource in document.get("Resources").keys.items():
            if resource.get("Type").text not in ("AWS::Serverless::Function", "AWS::Lambda::Function"):
                continue
            own = resource.get("Properties")
            code = own.get("CodeUri").text or own.get("Code").text or shared or ""
            events = [(e.get("Type").text or "", e.get("Properties")) for e in own.get("Events").keys.values()]
            yield from _starts(file, name, own.get("Handler"), code, events)


def _starts(
    file: str, name: str, handler: Node, code: str, events: list[tuple[str, Node]], framework: str | None = "aws_lambda"
) -> Iterator[Start]:
    path, _, symbol = (handler.text or "").rpartition(".")
    folder = joined(folder_of(file), code) if "$" not in code else folder_of(file)
    if not path or not symbol.isidentifier() or folder is None:
        return
    folders = tuple(dict.fromkeys((folder, folder_of(file), "")))
    target = Target(Form.SYMBOL, path.replace(".", "/") if "/" not in path else path, symbol, folders)
    told = [_trigger(kind, node) for kind, node in events]
    for trigger, detail in dict.fromkeys(told) or [(TriggerKind.PLATFORM, f"function {name}")]:
        yield Start(file, handler.line, trigger, detail, target, framework)


def _trigger(kind: str, node: Node) -> tuple[TriggerKind, str]:
    plain = kind.lower()
    if plain in _WEB:
        given = (node.text or "").split() or [
            *node.get("method").texts(), *node.get("Method").texts(),
            *node.get("path").texts(), *node.get("Path").texts(), *node.get("route").texts(),
        ]  # fmt: skip
        return TriggerKind.HTTP, " ".join([given[0].upper(), *given[1:]]) if given else plain
    if plain in _TIMES:
        return TriggerKind.SCHEDULE, _time(node) or "schedule"
    if plain in _QUEUES:
        what = _first(node, "Queue", "Topic", "Stream", "arn", "queue", "topic", "topicName", "queueName")
        return TriggerKind.QUEUE, f"{plain} {what}".strip()
    what = _first(node, "Bucket", "bucket", "pattern")
    return TriggerKind.PLATFORM, f"{plain} {what}".strip()


def _time(node: Node) -> str:
    return _first(node, "Schedule", "rate", "ScheduleExpression", "cron")


def _first(node: Node, *names: str) -> str:
    """The value itself, or the first of these that is there; of an ARN only its last part."""
    given = next((t for t in [node.text, *(x for n in names for x in node.get(n).texts())] if t), "")
    return given.rpartition(":")[2].rpartition(".")[0] or given.rpartition(":")[2] if "arn" in given.lower() else given
