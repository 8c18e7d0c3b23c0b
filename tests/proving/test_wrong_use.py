"""What stops a proof is one sentence each, and no process is left behind (the `place` fixture looks)."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from migrate.proving.errors import ProofError
from migrate.proving.processes import LOOPBACK
from migrate.proving.usecases import prove
from tests.proving.conftest import edit, still_running


def stopped(project: Path, **options: object) -> str:
    with pytest.raises(ProofError) as problem:
        prove(project, logs=project.parent / "logs", **options)  # type: ignore[arg-type]
    return str(problem.value)


def test_a_folder_that_is_none(place: Path) -> None:
    assert "is not a folder" in stopped(place / "nowhere")


def test_a_folder_without_a_manifest(place: Path) -> None:
    assert "has no lastgood.json: name the folder that `lastgood migrate --output` wrote" in stopped(place / "legacy")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"engine": "temporal"}', '{"engine": "temporal", "package": 1}'])
def test_a_manifest_that_is_none(project: Path, text: str) -> None:
    (project / "lastgood.json").write_text(text)
    assert "is not a manifest of lastgood" in stopped(project)


def test_a_project_for_another_engine(project: Path) -> None:
    edit(project / "lastgood.json", '"engine": "temporal"', '"engine": "dbos"')
    assert "is a project for dbos; prove knows Temporal only" in stopped(project)


def test_no_description_of_the_outside_world(project: Path, place: Path) -> None:
    (place / "legacy/lastgood-proof.toml").unlink()
    assert "has no lastgood-proof.toml" in stopped(project)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[services]", "[services", "does not describe a proof"),
        ("[services]", "[service]", "[services] is missing"),
        ("[services]", "[[runs]]\n[[runs]]\nname = 'b'\n[services]", "each needs a `name` of its own"),
        ("T-{number}", "T-1", "holds no {number}, so all runs would be one"),
        ('["{python}", "desk.py", "{addresses}"]', '"desk.py"', "`command` must be a list of words"),
        ("{addresses}", "{nonsense}", "says {nonsense}, which is none of: addresses"),
        ('"{python}", "desk.py"', '"no-such-command"', "The services cannot be started"),
        ("desk.py", "no_desk.py", "The services did not start"),
        ("default =", "other =", "has no decision for the wait 'approval'"),
    ],
)
def test_a_description_that_does_not_fit(project: Path, place: Path, old: str, new: str, said: str) -> None:
    edit(place / "legacy/lastgood-proof.toml", old, new)
    assert said in stopped(project)


def test_a_run_that_would_call_a_provider(project: Path) -> None:
    edit(project / "lastgood.json", '"engine":', '"defaults": {"OPENAI_BASE_URL": "api.openai.com"}, "engine":')
    assert "A run would call api.openai.com: OPENAI_BASE_URL, which leads it elsewhere, is set neither" in stopped(
        project
    )


def test_a_folder_of_the_services_that_is_not_there(project: Path, place: Path) -> None:
    edit(place / "legacy/lastgood-proof.toml", "[services]", '[services]\nfolder = "nowhere"')
    assert "the `folder` nowhere is not there" in stopped(project)


def test_an_interpreter_that_is_none(project: Path, place: Path) -> None:
    assert "is no Python interpreter" in stopped(project, python=place / "python9")


def test_a_busy_port(project: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        assert "is in use: choose another one" in stopped(project, port=taken.getsockname()[1])


def test_a_proof_that_never_began_leaves_no_folder(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with socket.create_server((LOOPBACK, 0)) as taken, pytest.raises(ProofError):
        prove(project, port=taken.getsockname()[1])
    assert not list(tmp_path.glob("lastgood-proof-*"))


def test_a_worker_that_does_not_start(project: Path) -> None:
    edit(project / "intake_durable/activities.py", "import intake\n", "import no_such_module\n")
    said = stopped(project)
    assert "The worker ended by itself: ModuleNotFoundError: No module named 'no_such_module'" in said
    assert "--python names the interpreter that has the application's packages" in said


def test_a_run_that_does_not_complete_without_any_kill(project: Path) -> None:
    edit(project / "intake_durable/activities.py", "return intake.notify(ticket)", "raise RuntimeError('mail is down')")
    said = stopped(project)
    assert "The run with no kill did not complete" in said
    assert "mail is down" in said


def test_a_starter_that_begins_nothing(project: Path) -> None:
    edit(
        project / "intake_durable/starter.py", "    print(asyncio", "    sys.exit('no such ticket')\n    print(asyncio"
    )
    assert "The starter of intake_durable began no run: no such ticket" in stopped(project)


def test_a_step_that_is_none(project: Path) -> None:
    assert "intake_durable has no step 'recrod'; it has read, ask, record, notify, approval" in stopped(
        project, step="recrod"
    )


def test_a_folder_for_logs_that_holds_something_else(project: Path, place: Path) -> None:
    with pytest.raises(ProofError, match="holds other files"):
        prove(project, logs=place / "legacy")
    assert (place / "legacy/intake.py").exists()


def test_no_room_on_the_disk(project: Path, place: Path) -> None:
    def without_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    ended = subprocess.run(
        [sys.executable, "-m", "lastgood", "prove", str(project), "--logs", str(place / "logs")],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=without_room,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    said = [line for line in ended.stderr.splitlines() if line.strip()]
    assert "Traceback" not in ended.stderr
    assert said[-1].startswith("lastgood: "), said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopping_it_stops_everything(project: Path, place: Path, number: signal.Signals) -> None:
    script = (
        # What a shell runs in the background has SIGINT ignored, and its children inherit that; a terminal's has not.
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "import migrate.proving.usecases as u; u.prove(u.Path(sys.argv[1]), report=print)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", script, str(project)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as one:
        assert one.stdout is not None
        for line in one.stdout:
            if "original killed" in line:
                break
        one.send_signal(number)
        end = time.monotonic() + 90
        while one.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        ended = one.poll()
        one.kill()
    assert ended not in (None, 0)
    assert still_running(place) == []
