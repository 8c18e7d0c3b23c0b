"""The example as its users start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.services import Services

EXAMPLES = Path(__file__).parents[2] / "examples"


@contextmanager
def started(
    module: str, *arguments: str, cwd: Path, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """`python -m module`, waited for at the end of the block; a test that fails in the block leaves nothing running."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


@dataclass(frozen=True, slots=True)
class Application:
    """Each command is a process of its own, led to the services by its environment."""

    services: Services
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, **self.services.env, "DATABASE_URL": f"sqlite:///{self.folder / 'claims.db'}"}

    def start(self, *arguments: str, module: str = "claims_triage") -> AbstractContextManager[subprocess.Popen[str]]:
        return started(module, *arguments, cwd=EXAMPLES, env=self.env)

    def run(self, *arguments: str, module: str = "claims_triage") -> str:
        with self.start(*arguments, module=module) as process:
            out, err = process.communicate()
        assert process.returncode == 0, err
        return out

    def triage(self, claim_id: str) -> dict[str, Any]:
        decision: dict[str, Any] = json.loads(self.run(claim_id))
        return decision
