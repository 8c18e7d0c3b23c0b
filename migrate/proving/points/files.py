"""What the generated files show by themselves: nothing is run here."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator

from migrate.proving.points.evidence import Evidence
from migrate.proving.points.ground import Ground, Original
from migrate.rewriting.determinism import violations
from migrate.rewriting.notebooks import script_of

# Modules that hold text of the original: what stands in them was decided by its authors.
_COPIED = ("original.py", "adapter.py", "runs.py")
# Another runner than the default one, and than that of a framework's own file, which hands modules through.
_REPLACED = re.compile(r"\bworkflow_runner\b(?!=\w+\.runner\(\))|Unsandboxed")
_RUNNER = re.compile(r"\bSandboxedWorkflowRunner\(")
_THROUGH = re.compile(r"SandboxedWorkflowRunner\(restrictions=SandboxRestrictions\.default\.with_passthrough_modules\(")
_BROAD = {"Exception", "BaseException"}
_ADDRESS = re.compile(r"[a-z]+://[^\s\"'{]+|\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[a-z]{2}-[a-z]+-\d\b")
_SECRET = re.compile(r"\b(?:sk|pk|xox[bp]|ghp|AKIA)[-_A-Za-z0-9]{12,}")
_TODO = re.compile(r"TODO\(lastgood\): (?P<place>[^:]+:\d+): (?P<question>[^?]+\?) (?P<because>.{20,})", re.DOTALL)


def the_original_is_untouched(ground: Ground) -> Iterator[Evidence]:
    """Point 2: the files of the original have the digests that they had before the project was made."""
    changed, same = [], 0
    for name, told in ground.project.digests.items():
        file = ground.project.legacy_root / name
        if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == told:
            same += 1
        else:
            changed.append(name)
    if changed:
        yield Evidence(holds=False, says=f"changed since: {', '.join(changed)}")
    elif same:
        files = "1 file of the original has" if same == 1 else f"{same} files of the original have"
        yield Evidence(holds=True, says=f"{files} the SHA-256 that the manifest noted")


def model_calls_stand_as_they_stood(ground: Ground) -> Iterator[Evidence]:
    """Point 3: a model call of the original stands nowhere else, or is the same expression there."""
    original = ground.original
    if original is None:
        yield Evidence(holds=False, says="the original's model calls are not known: its code cannot be assessed here")
        return
    calls = {step.call: step for step in original.pipeline.steps if step.ai}
    copies = 0
    for name, text in ground.sources().items():
        for node in _calls(text):
            step = calls.get(ast.unparse(node.func))
            if step is None:
                continue
            if name not in _COPIED or ast.dump(node) not in _dumped(original, step.file):
                yield Evidence(
                    holds=False, says=f"{ground.project.package}/{name}:{node.lineno} has {step.call} altered"
                )
                return
            copies += 1
    stand = ", ".join(f"{s.file}:{s.line}" for s in list(calls.values())[:4])
    lifted = f"; {copies} lifted, equal as syntax trees" if copies else "; none stands in generated code"
    yield Evidence(holds=True, says=f"{len(calls)} model call{'s' * (len(calls) != 1)} ({stand}){lifted}")


def workflow_code_is_pure(ground: Ground) -> Iterator[Evidence]:
    """Point 5: our own list of what workflow code must not call, not only the sandbox's."""
    looked = [name for name in ("workflow", "coordination", "original") if ground.text(name)]
    for name in looked:
        for said in violations(ground.text(name)):
            yield Evidence(holds=False, says=f"{name}.py: {said}")
    if looked:
        yield Evidence(
            holds=True, says=f"{', '.join(looked)}: no call that reads a clock, draws lots or leaves the process"
        )


def the_sandbox_is_on(ground: Ground) -> Iterator[Evidence]:
    """Point 6: the worker takes the default sandbox, and no worker's log speaks of a late import.

    Where a framework runs inside the workflow its objects are made of the original's modules: the sandbox hands them
    through, and restricts all else.
    """
    through: tuple[str, ...] = ()
    for name, text in ground.sources().items():
        if name in _COPIED:
            continue
        handed = _THROUGH.findall(text)
        through += tuple(handed)
        if _REPLACED.search(text) or len(_RUNNER.findall(text)) != len(handed):
            yield Evidence(holds=False, says=f"{name} replaces the sandbox")
    said = [log for log in ground.logs if log.is_file()]
    late = [log for log in said if "imported after initial workflow load" in log.read_text("utf-8", "replace")]
    if late:
        yield Evidence(holds=False, says="a worker said: imported after initial workflow load")
    elif said:
        yield Evidence(
            holds=True,
            says=f"{len(said)} workers ran in the default sandbox and none spoke of a late import"
            + ("; the modules that the framework's objects are made of are handed through" if through else ""),
        )


def failures_end_the_run(ground: Ground) -> Iterator[Evidence]:
    """Point 10: the workflow names the errors that end a run, and none that would take in the engine's own."""
    for node in ast.walk(ground.tree("workflow")):
        if isinstance(node, ast.ClassDef) and (told := _failure_types(node)) is not None:
            broad = _BROAD.intersection(told)
            says = f"workflow.py:{node.lineno} names {', '.join(sorted(told))}"
            yield Evidence(holds=bool(told) and not broad, says=says)


def only_settings_name_places(ground: Ground) -> Iterator[Evidence]:
    """Point 31: no address, region or secret stands in the package, but for connection.py."""
    found = [
        f"{name}:{line} {said[:60]!r}"
        for name, text in ground.sources().items()
        if name not in (*_COPIED, "connection.py")
        for line, said in _texts(text)
        if _ADDRESS.search(said) or _SECRET.search(said)
    ]
    if found:
        yield Evidence(holds=False, says=f"literals: {'; '.join(found[:3])}")
    elif "envconfig" in ground.text("connection"):
        yield Evidence(
            holds=True,
            says=f"{len(ground.sources())} files hold no address, region or secret; connection.py reads envconfig",
        )


def questions_are_whole(ground: Ground) -> Iterator[Evidence]:
    """Point 39: each open question names the place in the original, asks something and says why; none is missing.

    What stands in an error instead of a comment is code that nobody has written yet: a run would end there.
    """
    whole, asked = 0, ground.project.open_questions
    for name, text in ground.sources().items():
        for line, said in _texts(text):
            if said.startswith("TODO(lastgood)"):
                yield Evidence(holds=False, says=f"{name}:{line} is unfinished: {said[:100]}")
                return
        for said in _todos(text):
            if _TODO.search(said) is None:
                yield Evidence(holds=False, says=f"{name}: {said[:100]}")
                return
            whole += 1
    if whole < asked:
        yield Evidence(holds=False, says=f"{asked} questions are open, and {whole} stand in the code")
    elif whole:
        yield Evidence(holds=True, says=f"{whole} TODO(lastgood), each with file:line, question, reason and risk")
    else:
        yield Evidence(holds=True, says="there is no open question")


def _todos(text: str) -> Iterator[str]:
    """The comments that begin with TODO(lastgood), their lines joined."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        stripped = line.strip()
        if block and (not stripped.startswith("#") or "TODO(lastgood)" in stripped):
            yield " ".join(block)
            block = []
        if stripped.startswith("#") and (block or "TODO(lastgood)" in stripped):
            block.append(stripped.lstrip("# "))


def _failure_types(node: ast.ClassDef) -> list[str] | None:
    """What `failure_exception_types` of `workflow.defn` lists; None if the class is no workflow."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(called) == "workflow.defn":
            told = [k.value for k in getattr(decorator, "keywords", []) if k.arg == "failure_exception_types"]
            return [ast.unparse(e) for value in told if isinstance(value, ast.List) for e in value.elts]
    return None


def _calls(text: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def _texts(text: str) -> Iterator[tuple[int, str]]:
    """The texts of a source that are no docstrings, with their lines."""
    tree = ast.parse(text)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    notes = {id(node.body[0]) for node in ast.walk(tree) if isinstance(node, documented) and node.body}
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            documents = isinstance(node, ast.Expr) and id(node) in notes
            if isinstance(child, ast.Constant) and isinstance(child.value, str) and not documents:
                yield child.lineno, child.value


def _dumped(original: Original, file: str) -> set[str]:
    """Every call of a file of the original, as the syntax tree has it."""
    data = (original.root / file).read_bytes()
    text = script_of(data)[0] if file.endswith(".ipynb") else data.decode("utf-8")
    return {ast.dump(node) for node in _calls(text)}
