"""Crontabs, cron jobs of a cluster, and workflows of a code host that run on a schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assess.model.woven import TriggerKind
from assess.reading.beside.shell import targets, written
from assess.reading.beside.starts import Start, folder_of, joined
from assess.reading.beside.yaml import Node, documents

_FIELD = r"[\d*/,\-A-Za-z?#L]+"
_CRON = re.compile(
    rf"^\s*((?:{_FIELD}[ \t]+){{4}}{_FIELD}|@(?:hourly|daily|weekly|monthly|yearly|annually|midnight|reboot))"
    r"[ \t]+(\S.*)$"
)
_USER = re.compile(
    r"^(?!python|pypy|cd\b|uv\b|poetry\b|exec\b|env\b|nohup\b)[a-z_][a-z0-9_-]*\s+(?=\S*(?:python|/|\.py|cd\b|uv\b|poetry\b))"
)


def read_crontab(file: str, text: str) -> Iterator[Start]:
    """`*/5 * * * * python job.py`, with a user in between in the files of the system."""
    for number, line in enumerate(text.splitlines(), 1):
        found = _CRON.match(line[:4_000])
        if found is None or line.lstrip().startswith("#"):
            continue
        command = _USER.sub("", found[2], count=1)
        for target in targets(command, folder_of(file), ("",)):
            yield Start(file, number, TriggerKind.SCHEDULE, f"cron {' '.join(found[1].split())}", target)


def read_workflow(file: str, text: str) -> Iterator[Start]:
    """The commands of a workflow that has a schedule; one that only follows commits runs checks, not the code."""
    for document in documents(text):
        times = [e.get("cron").text for e in _events(document).get("schedule").items]
        detail = f"cron {', '.join(t for t in times if t)}"
        if not any(times):
            continue
        for job in document.get("jobs").keys.values():
            base = job.get("defaults", "run", "working-directory").text or ""
            for step in job.get("steps").items:
                folder = joined("", step.get("working-directory").text or base)
                run = step.get("run")
                for target in targets(run.text or "", folder or "", ("",)):
                    yield Start(file, run.line, TriggerKind.SCHEDULE, detail, target)


def _events(document: Node) -> Node:
    """`on`, which readers of YAML 1.1 write back as `true`."""
    return document.get("on") or document.get("true")


def read_cron_job(file: str, text: str) -> Iterator[Start]:
    """A cluster's CronJob: its schedule and the commands of its containers."""
    for document in documents(text):
        schedule = document.get("spec", "schedule").text
        pod = document.get("spec", "jobTemplate", "spec", "template", "spec")
        for container in pod.get("containers").items if schedule else ():
            command = written([*container.get("command").texts(), *container.get("args").texts()])
            for target in targets(command, folder_of(file), ("",)):
                yield Start(file, container.line, TriggerKind.SCHEDULE, f"cron {schedule}", target)
