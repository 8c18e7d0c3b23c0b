"""What a manifest says of a project."""

from __future__ import annotations

import json
from pathlib import Path

from migrate.proving.project import load_project


def test_of_a_frameworks_run_the_activities_inside_are_known(project: Path) -> None:
    manifest = project / "lastgood.json"
    told = json.loads(manifest.read_text("utf-8"))
    node = {**told["activities"][0], "name": "graph.read", "attempts": 3}
    told["runs"] = [
        {"activity": "read", "framework": "langgraph", "kept": "intake:graph", "inside": [node]},
        {"activity": "ask", "framework": "langgraph", "kept": "intake:graph", "inside": [node]},
    ]
    manifest.write_text(json.dumps(told), "utf-8")
    found = load_project(project)
    assert [a.name for a in found.activities] == ["record", "notify", "graph.read"]
    inside = found.activity("graph.read")
    assert inside is not None
    assert inside.billed
    assert inside.attempts == 3
