"""Code that would lead a reader round for ever, or further than anybody needs, is left at some point."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assess.resolving.running import MOST_VISITS
from assess.usecases import assess

Tree = Callable[[Mapping[str, str | bytes]], Path]

ENDLESS = {
    "a function that calls itself": """
def run(x):
    requests.get(x)
    return run(run(x))


run(1)
""",
    "two that call each other": """
def run(x):
    return b(x)


def b(x):
    requests.get(x)
    return run(x)


run(1)
""",
    "a class of itself": """
class A(A):
    a = A()

    def run(self):
        requests.get(self.a.a.a)
        self.run()


A().run()
""",
    "bases in a circle": """
class A(B):
    pass


class B(A):
    def run(self):
        requests.get('x')


A().run()
""",
    "a decorator of itself": """
def d(f):
    return d(f)


@d
def run():
    requests.get('x')


run()
""",
    "a generator of itself": """
def g():
    yield requests.get('x')
    yield from g()


for x in g():
    requests.get(x)
""",
    "a name that is itself": """
x = x
x = x.x(x)
requests.get(x)
""",
    "a list in itself": """
a = []
a.append(a)
for x in a:
    for y in x:
        requests.get(y)
""",
    "a property that reads itself": """
class A:
    @property
    def p(self):
        requests.get('x')
        return self.p


A().p
""",
    "a partial of itself": """
from functools import partial
p = partial(p)
p = partial(p, p)
p()
requests.get('x')
""",
    "a getattr hook": """
class A:
    def __getattr__(self, n):
        return getattr(self, n + n)


A().x.y()
requests.get('x')
""",
    "loops in loops": "".join("    " * n + f"for x{n} in y:\n" for n in range(15)) + "    " * 15 + "requests.get(y)\n",
    "a list of lists": "x = [1]\n" + "x = [x, x]\n" * 60 + "requests.get(x)\n",
    "twice at each level": "".join(f"def f{n}():\n    f{n + 1}()\n    f{n + 1}()\n\n\n" for n in range(25))
    + "def f25():\n    requests.get('x')\n\n\nf0()\n",
    "both arms at each level": "".join(
        f"def f{n}(x):\n    if x:\n        return f{n + 1}(x + 1)\n    return f{n + 1}(x - 1)\n\n\n" for n in range(25)
    )
    + "def f25(x):\n    requests.get(x)\n\n\nf0(1)\n",
}


@pytest.mark.parametrize("code", ENDLESS.values(), ids=[*ENDLESS])
def test_it_ends_and_finds_the_call(tree: Tree, code: str) -> None:
    assessment = assess(tree({"job.py": f"import requests\n\n{code}"}))
    steps = [step for pipeline in assessment.pipelines for step in pipeline.steps]
    assert {step.call for step in steps} == {"requests.get"}
    assert max(len(step.visits) for step in steps) <= MOST_VISITS


BOMBS = {
    "a text that doubles": "x = 'a'\n" + "x = x + x\n" * 40,
    "a list that doubles": "x = [1]\n" + "x = x + x\n" * 40,
}
ROOM = 768 * 1024 * 1024


@pytest.mark.parametrize("code", BOMBS.values(), ids=[*BOMBS])
def test_a_few_lines_do_not_fill_the_memory(tree: Tree, code: str) -> None:
    assert _assessed(tree({"job.py": f"import requests\n\n{code}requests.get(x)\n"})) == 0
    assert _assessed(tree({"job.py": "import requests\n\nx = 'a'\nrequests.get(x)\n"})) == 0


def _assessed(root: Path) -> int:
    """How the tool ends with little memory."""
    return subprocess.run(
        [sys.executable, "-m", "lastgood", "assess", root],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM)),
        capture_output=True,
        check=False,
        timeout=120,
    ).returncode
