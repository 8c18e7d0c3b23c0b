"""What `make demo` shows: from source to a workflow that survives a kill. Needs no account and no network.

The example is audited, its riskiest pipeline is moved onto Temporal, and then both, the original and the workflow, are
killed with SIGKILL at the same place and started again, against loopback services that count every call.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from migrate.proving.errors import ProofError
from migrate.proving.kills import Point
from migrate.proving.project import Project, load_project
from migrate.proving.proof import Foretold, Proof, to_json
from migrate.proving.rendering import PROMISE, comparison, counts
from migrate.proving.usecases import prove

HOME = Path(__file__).resolve().parent.parent
EXAMPLE = Path("examples/claims_triage")
BUILD = Path("build")
REPORT = BUILD / "report.html"
ASSESSMENT = BUILD / "assessment.json"
DURABLE = BUILD / "claims_triage_durable"
PROOF = BUILD / "proof.json"
LOGS = BUILD / "logs" / "demo"


def main() -> int:
    os.chdir(HOME)
    BUILD.mkdir(exist_ok=True)
    try:
        section("1. What a crash costs today")
        lastgood("assess", EXAMPLE, "--report", f"html={REPORT}", "--report", f"json={ASSESSMENT}")

        section("2. The riskiest pipeline, moved onto Temporal")
        shutil.rmtree(DURABLE, ignore_errors=True)
        lastgood("migrate", EXAMPLE, "--output", DURABLE)

        section("3. Both killed with SIGKILL at the same place")
        project = load_project(DURABLE)
        proof = kill_both(project)
        show_counts(proof)

        section("What to look at")
        lastgood("report", ASSESSMENT, "--proof", PROOF, "--output", REPORT)
        show_paths()
    except (ProofError, CommandFailed) as problem:
        print(f"\nThe demo stopped: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nThe demo was stopped; everything that it had started was stopped too.", file=sys.stderr)
        return 2
    return proof.exit_code


class CommandFailed(Exception):
    """A command of lastgood ended with an error; it has said why itself."""


def section(title: str) -> None:
    print(f"\n{title}\n{'=' * len(title)}\n", flush=True)


def lastgood(*words: object) -> None:
    command = [str(word) for word in words]
    print(f"$ lastgood {shlex.join(command)}\n", flush=True)
    ended = subprocess.run([sys.executable, "-m", "lastgood", *command], check=False)
    if ended.returncode != 0:
        raise CommandFailed(f"`lastgood {command[0]}` ended with exit code {ended.returncode}.")


def kill_both(project: Project) -> Proof:
    """Inside the last write that carries a key: there a repeat of the original hurts, and the key can show what it is for."""
    writes = [a for a in project.activities if a.writes and a.keyed and a.kind != "human"]
    if not writes:
        raise ProofError(f"{project.package} has no write with a key to kill at.")
    step = writes[-1].name
    say(f"The place: inside {step}, when the other side has done its work and has not answered yet. The original is then "
        "run again from the top, as its supervisor would; of the workflow only the worker is started again. A real "
        "Temporal server with a database file holds its state.")  # fmt: skip
    print()
    proof = prove(project.folder, points={Point.MID}, step=step, kills=1, assessment=ASSESSMENT, report=told, logs=LOGS)
    PROOF.write_text(to_json(proof), encoding="utf-8")
    return proof


def told(line: str) -> None:
    say(line, indent="  ")


def say(text: str, indent: str = "") -> None:
    width = min(shutil.get_terminal_size((96, 24)).columns, 96)
    print(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent * 2), flush=True)


def show_counts(proof: Proof) -> None:
    section("4. What arrived at the other side, for one claim")
    print(f"{counts(proof)}\n\n{comparison(proof)}\n")
    said = proof.original[0].predicted
    if said is not None and said.holds:
        say("The audit's crash table had said of the original, before anything ran: "
            f"repeats {names(said.repeated)}; doubles {names(said.doubled)}; asks {names(said.asked_again)} again. "
            "So it was.")  # fmt: skip
        print()
    say(PROMISE)


def show_paths() -> None:
    table({
        REPORT: "the report, with the proof in it: open it in a browser",
        DURABLE / "RUNBOOK.md": "how to run the workflow, decide, drain, roll back",
        PROOF: "what was counted",
        LOGS: "what every process said",
    })  # fmt: skip
    print("\nNext:\n")
    command = Path(sys.executable).parent / "lastgood"
    shown = command.relative_to(HOME) if command.is_relative_to(HOME) else "lastgood"
    print("  # kill it at every step, and the original too; takes some minutes")
    print(f"  {shown} prove {DURABLE} --assessment {ASSESSMENT}\n")
    print("  # the same for your own code: it is read, never run")
    print(f"  {shown} assess PATH")


def names(column: Foretold) -> str:
    perhaps = f", perhaps {', '.join(column.may)}" if column.may else ""
    return f"{', '.join(column.must) or 'nothing for certain'}{perhaps}"


def table(lines: dict[object, str]) -> None:
    wide = max(len(str(words)) for words in lines)
    for words, meaning in lines.items():
        print(f"  {str(words).ljust(wide)}  {meaning}")


if __name__ == "__main__":
    sys.exit(main())
