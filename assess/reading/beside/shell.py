"""Command lines to what they start. Knows how Python is called, not what a shell does: variables are not followed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from assess.reading.beside.starts import Form, Target, joined

LONGEST = 4_000
_PYTHON = re.compile(r"(?:.*/)?(?:python|pypy)(?:\d[\d.]*)?(?:\.exe)?$")
_SETTING = re.compile(r"^[A-Za-z_]\w*=")
_PARTS = re.compile(r"&&|\|\||[;|&\n]")
_WRAPPERS = frozenset(
    """exec nohup time sudo env dumb-init tini nice ionice command setsid stdbuf xvfb-run chronic then do else @
    /usr/bin/env""".split()
)
_RUNNERS = frozenset({"uv", "poetry", "pipenv", "pdm", "hatch", "rye", "conda", "micromamba", "doppler", "dotenv"})
_LAUNCHERS = frozenset({"streamlit", "chainlit", "modal", "accelerate", "torchrun", "papermill", "gradio", "uv"})
_SHELLS = (["sh"], ["bash"], ["/bin/sh"], ["/bin/bash"])
_WITH_VALUE = frozenset({"-W", "-X", "--check-hash-based-pycs"})
_NOT_OURS = frozenset(
    {"pip", "pytest", "venv", "unittest", "build", "ensurepip", "http.server", "mypy", "ruff", "json.tool"}
)


def targets(command: str, folder: str = "", others: tuple[str, ...] = ()) -> Iterator[Target]:
    """What a command line starts; it runs in `folder`, and `others` are looked in next."""
    here: str | None = folder
    for part in _PARTS.split(command[:LONGEST].replace("\\\n", " ")):
        words = _words(part)
        if words[:1] == ["cd"] and len(words) == 2:
            here = joined(here, words[1]) if here is not None and "$" not in words[1] else None
            continue
        if here is not None and words[:1] in _SHELLS and words[1:2] in (["-c"], ["-lc"], ["-ec"]):
            # The shell's own command line: in it no shell is opened again, or it is not worth following.
            yield from targets(" ".join(w for w in words[2:] if w not in ("sh", "bash")), here, others)
            continue
        found = None if here is None else _target(words, here, others)
        if found is not None:
            yield found


def written(words: object) -> str:
    """A command that is given as text or as a list of words, as text."""
    if isinstance(words, str):
        return words
    return shlex.join(map(str, words)) if isinstance(words, list | tuple) else ""


def _words(part: str) -> list[str]:
    try:
        words = shlex.split(part, comments=True)
    except ValueError:
        words = part.split()
    return [w.lstrip("@-(") if n == 0 else w for n, w in enumerate(words)]


def _target(words: list[str], here: str, others: tuple[str, ...]) -> Target | None:
    folders = tuple(dict.fromkeys((here, *others)))
    words = _unwrapped(words)
    if not words:
        return None
    program, rest = words[0], words[1:]
    if _PYTHON.match(program):
        return _python(rest, folders)
    if program.endswith((".py", ".ipynb")):
        return _script(program, folders)
    if program.rpartition("/")[2] in _LAUNCHERS:
        named = next((w for w in rest if w.endswith((".py", ".ipynb"))), None)
        return _script(named, folders) if named else None
    if re.fullmatch(r"[A-Za-z][\w.-]*", program):
        return Target(Form.COMMAND, program, folders=folders)
    return None


def _unwrapped(words: list[str]) -> list[str]:
    """Without settings, `exec`, `uv run` and their like in front."""
    for _ in range(12):
        if not words:
            break
        first = words[0].rpartition("/")[2]
        if _SETTING.match(words[0]) or words[0] in _WRAPPERS or first in _WRAPPERS or words[0] in ("--", "-g", "-E"):
            words = words[1:]
        elif first in _RUNNERS and "run" in words[:3]:
            words = words[words.index("run") + 1 :]
            while words and words[0].startswith("-"):
                valued = words[0] in ("-n", "--with", "--extra", "--group", "--project", "--env-file", "--python", "-p")
                words = words[2 if valued else 1 :]
        else:
            break
    return words


def _python(rest: list[str], folders: tuple[str, ...]) -> Target | None:
    at = 0
    while at < len(rest):
        word = rest[at]
        if word == "-m":
            name = rest[at + 1] if at + 1 < len(rest) else ""
            good = re.fullmatch(r"[A-Za-z_][\w.]*", name) and name not in _NOT_OURS
            return Target(Form.MODULE, name, folders=folders) if good else None
        if word in _WITH_VALUE:
            at += 2
            continue
        if not word.startswith("-"):
            if word.rpartition("/")[2] == "manage.py" and at + 1 < len(rest):
                return Target(Form.SCRIPT, word, rest[at + 1], folders)
            return _script(word, folders)
        if word == "-c":
            return None
        at += 1
    return None


def _script(path: str, folders: tuple[str, ...]) -> Target | None:
    if "$" in path or "*" in path or not path.endswith((".py", ".ipynb")):
        return None
    return Target(Form.SCRIPT, path, folders=folders)
