"""Migrates every AI chain that the labels name: `make migrations [CORPUS=DIR] [GIT=FOLDER] [OUT=DIR] [ONLY=NAME,NAME]`.

Each code base is assessed by our own command line. Every labelled pipeline is looked up in the assessment, as the
scoring program of the labels does it; where it is an AI chain, our own command line migrates it, and what comes out is
imported, type-checked and put through its own tests, each in a process of its own under a limit of time. The original
is never imported. A run over everything writes `docs/migration.md`. What was checked before and has not changed since
is not checked again.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import datetime as dt
import hashlib
import importlib.util
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import run as corpus_run
import yaml
from migrations_page import Migration, page, summary

HOME = Path(__file__).resolve().parent.parent.parent
MIGRATE = (sys.executable, "-P", "-m", "lastgood", "migrate")
CHECKS = ("import", "types", "form", "tests")
# The adapter imports the original, whose packages are not installed here, and the worker imports the adapter.
MODULES = ("original", "policies", "shared", "step", "activities", "coordination", "workflow", "starter", "resume")
DURABLE = re.compile(r"is run by (\w+) already")


def labelled_chains(corpus: Path, label: Path, assessment: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The AI chains of the assessment that the labels name, once each, with the first label's name."""
    scoring = _module(corpus / "score.py")
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for truth in yaml.safe_load(label.read_text()).get("pipelines") or []:
        if not truth.get("steps") or truth.get("ai") is False:
            continue
        match = scoring.best_match(truth, assessment["pipelines"], truth)
        if match is not None and match["ai"] and match["chain"]:
            found.setdefault(match["id"], (truth["name"], match))
    return list(found.values())


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("labels_score", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclasses.dataclass(frozen=True, slots=True)
class Work:
    """One chain to migrate."""

    base: str
    name: str
    pipeline: dict[str, Any]
    assessment: Path
    code: Path
    out: Path
    checks: tuple[str, ...]
    seconds: float
    end: float

    @property
    def slug(self) -> str:
        """A name for its folder."""
        words = "-".join(re.findall(r"[a-z0-9]+", self.name.lower()))[:40]
        return f"{words}-{hashlib.sha256(self.pipeline['id'].encode()).hexdigest()[:6]}"


def migrated(work: Work) -> Migration:
    """Generate the project, check it, and count what became of its steps."""
    project = work.out / "projects" / work.base / work.slug
    plan_file = work.out / "plans" / work.base / f"{work.slug}.json"
    for folder in (project, plan_file):
        shutil.rmtree(folder, ignore_errors=True)
    plan_file.parent.mkdir(parents=True, exist_ok=True)
    plan_file.unlink(missing_ok=True)
    start = time.monotonic()
    command = [*MIGRATE, str(work.assessment), "--source", str(work.code), "--pipeline", work.pipeline["id"]]
    code, said = _ran([*command, "-o", str(project), "--plan", str(plan_file)], HOME, work.seconds)
    visits = [v["id"] for s in work.pipeline["steps"] for v in s["visits"]]
    made = Migration(work.base, work.name, work.pipeline["entry"]["file"], len(visits), time.monotonic() - start)
    if code != 0:
        return _refused(made, code, said)
    plan = json.loads(plan_file.read_text())
    outcomes = Counter(account["outcome"] for account in plan["ledger"])
    made = dataclasses.replace(
        made,
        moved=outcomes["moved"],
        left=outcomes["left as it is"],
        person=outcomes["needs a person"],
        shared=_sharing(plan),
        single=_in_one(plan),
        accounted=sorted(a["visit"] for a in plan["ledger"]) == sorted(visits),
        reasons=tuple(a["because"] for a in plan["ledger"] if a["outcome"] != "moved"),
        waits=len(plan["waits"]),
        activities=len(plan["activities"]),
    )
    return _checked(made, project, plan["package"], work)


def _sharing(plan: dict[str, Any]) -> int:
    """Moved steps that share an activity with others, in one function that is called unchanged."""
    moved = {a["visit"] for a in plan["ledger"] if a["outcome"] == "moved"}
    together = [a for a in plan["activities"] if a["how"] == "whole"]
    return len({v for a in together for v in a["visits"] if v in moved})


def _in_one(plan: dict[str, Any]) -> int:
    """Moved steps of a project that has all of them in a single activity: a crash there repeats the whole run."""
    moved = {a["visit"] for a in plan["ledger"] if a["outcome"] == "moved"}
    return len(moved) if len(moved) > 1 and any(moved <= set(a["visits"]) for a in plan["activities"]) else 0


def _refused(made: Migration, code: int | None, said: str) -> Migration:
    lines = [line for line in said.strip().splitlines() if line.strip()]
    reason = " ".join(lines) if lines and "Traceback" not in said else (lines[-1] if lines else "no word")
    if code == 3 and (engine := DURABLE.search(reason)) is not None:
        return dataclasses.replace(made, durable=engine.group(1))
    crashed = code not in (2, 3) or "Traceback" in said
    reasons = (reason.removeprefix("lastgood: "),) * made.steps
    return dataclasses.replace(made, person=made.steps, reasons=reasons, crashed=crashed, refused=True)


def _checked(made: Migration, project: Path, package: str, work: Work) -> Migration:
    digest = hashlib.sha256()
    for file in sorted(p for p in project.rglob("*") if p.is_file()):
        digest.update(f"{file.relative_to(project)}\0".encode() + file.read_bytes())
    known_file = work.out / "checked" / f"{digest.hexdigest()}.json"
    known = json.loads(known_file.read_text()) if known_file.is_file() else {}
    for check in work.checks:
        if check not in known and time.monotonic() < work.end:
            known[check] = _check(check, project, package, work)
            known_file.write_text(json.dumps(known))
    told = {"imports": known.get("import"), **{check: known.get(check) for check in ("types", "form", "tests")}}
    return dataclasses.replace(made, **told)


def _check(check: str, project: Path, package: str, work: Work) -> str:
    """Empty if all is well, else what was said; of tests also what passed."""
    ruff = ("-m", "ruff")
    commands: dict[str, tuple[tuple[str, ...], ...]] = {
        "import": (("-c", "import " + ", ".join(f"{package}.{m}" for m in MODULES)),),
        "types": (("-m", "mypy", "--no-error-summary", "--cache-dir", str(work.out / "types-cache")),),
        "form": (
            (*ruff, "check", "--no-cache", "--output-format", "concise", "."),
            (*ruff, "format", "--no-cache", "--check", "."),
        ),
        "tests": (("-m", "pytest", "-q", "-x", "--tb=short", "-p", "no:cacheprovider"),),
    }
    code, said = 0, ""
    for command in commands[check]:
        code, said = _ran([sys.executable, *command], project, work.seconds * 3)
        if code != 0:
            break
    (work.out / "logs" / f"{work.base}-{work.slug}-{check}.txt").write_text(said)
    if code == 0:
        return ""
    lines = [line for line in said.strip().splitlines() if line.strip()] or ["no word"]
    wrong = [line for line in lines if re.match(r"(E  |FAILED|ERROR|.*error:)", line)]
    return f"exit {code}: {(wrong or lines)[0][:300]}"


def _ran(command: list[str], folder: Path, seconds: float) -> tuple[int | None, str]:
    """Exit code (None: stopped by the clock) and what was said."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        start_new_session=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        return None, f"{said}\nstopped after {seconds:g} s"
    return process.returncode, said


def measure(options: argparse.Namespace) -> None:
    """Lay out, assess, migrate, check, print; write the page if nothing was left out on purpose."""
    out: Path = options.out.resolve()
    for folder in ("code", "assessments", "logs", "checked"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    only = {name for name in options.only.split(",") if name}
    corpus = options.corpus.resolve()
    found = corpus_run.lay_out(corpus, options.git and options.git.resolve(), out, only)
    limits = corpus_run.Limits(options.seconds, 4096)
    checks = tuple(c for c in CHECKS if c in options.checks.split(","))
    end = time.monotonic() + 60 * options.minutes
    todo: list[Work] = []
    for group in found.labels.values():
        for label in group:
            assessment = out / "assessments" / f"{label.stem}.json"
            if options.fresh or not assessment.is_file():
                assessed = corpus_run.assess_one(label.stem, out, limits, corpus_run.TOOL)
                if assessed.problem:
                    print(f"{label.stem}: {assessed.problem}")
                    continue
            chains = labelled_chains(corpus, label, json.loads(assessment.read_text()))
            code = out / "code" / label.stem
            todo += [Work(label.stem, n, p, assessment, code, out, checks, options.seconds, end) for n, p in chains]
    done: list[Migration] = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for migration in pool.map(migrated, todo):
            print(migration.line(), flush=True)
            done.append(migration)
    print(f"\n{summary(done)}")
    (out / "migrations.json").write_text(json.dumps([dataclasses.asdict(m) for m in done], indent=1))
    if not only and done and checks == CHECKS:
        options.page.write_text(page(done, found.missing, dt.datetime.now().astimezone().date()))


def main() -> None:
    """Read the options; a corpus that is not there is said and is no failure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--git", type=Path, help="a folder with clones of the public repositories")
    parser.add_argument("--out", type=Path, default=Path("build/corpus"))
    parser.add_argument("--only", default="", help="names of code bases, with commas")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120, help="limit for one command; tests get three times that")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="after so many no check begins; the page says so"
    )
    parser.add_argument("--checks", default=",".join(CHECKS), help="of what comes out, with commas")
    parser.add_argument("--fresh", action="store_true", help="assess again")
    parser.add_argument("--page", type=Path, default=HOME / "docs" / "migration.md")
    options = parser.parse_args()
    if not (options.corpus / "score.py").exists():
        print(f"No corpus in {options.corpus}. Say where it is: make migrations CORPUS=DIR")
        return
    measure(options)


if __name__ == "__main__":
    main()
