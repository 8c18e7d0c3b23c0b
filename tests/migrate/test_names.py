"""What names mean once their code stands elsewhere: star imports, aliases, scripts, objects that are built."""

from __future__ import annotations

from pathlib import Path

import pytest

from assess.usecases import assess
from migrate.rewriting.draft import Draft
from migrate.rewriting.rendering import adapter_function, workflow_functions
from migrate.rewriting.sites import NoEntryError
from migrate.rewriting.soundness import read_too_early
from migrate.usecases import migrate
from tests.conftest import Tree
from tests.migrate.conftest import MODELS, Drafted


def adapter(draft: Draft) -> str:
    return "\n".join(adapter_function(u) for u in draft.units)


def test_a_script_may_set_a_name_that_its_module_has_already(drafted: Drafted) -> None:
    draft = drafted("""
from models import ask, tell

question = "what is new?"

def summary(text):
    return text[:80]

if __name__ == "__main__":
    question = question.upper()
    summary = summary(ask(question))
    tell(summary)
""")
    text = workflow_functions(draft)
    assert "question_here = question.upper()" in text
    assert "summary_here = summary(await self.step(Activities.ask, question_here))" in text
    assert "await self.step(Activities.tell, summary_here)" in text
    assert read_too_early(text) is None


def test_a_name_that_only_perhaps_changes_its_meaning_stops_the_migration(drafted: Drafted) -> None:
    with pytest.raises(NoEntryError, match="`question` means one thing before and another one after it is set"):
        drafted("""
import sys
from models import ask, tell

question = "what is new?"

if __name__ == "__main__":
    if len(sys.argv) > 1:
        question = question.upper()
    tell(ask(question))
""")


def test_what_a_star_import_gives_the_module_has(drafted: Drafted) -> None:
    draft = drafted(
        """
from models import *
from settings import *

def entry(topic: str) -> None:
    tell(ask(prefix.lower() + topic))
""",
        settings="import os\nprefix = os.environ['PREFIX']\n",
    )
    units = {name: origin for u in draft.units for name, origin in u.imports.items()}
    assert units["prefix"] == ("app", "prefix")


def test_a_type_that_is_imported_by_another_name_keeps_its_own_in_the_copies(drafted: Drafted) -> None:
    draft = drafted(
        """
from models import ask, tell
from shapes import Config as StepsConfig

def entry(config: StepsConfig) -> None:
    tell(ask(config.prompt))
""",
        shapes="from dataclasses import dataclass\n\n@dataclass\nclass Config:\n    prompt: str\n",
    )
    assert "async def entry(self, config: Config) -> None:" in workflow_functions(draft)
    assert "Config" in draft.copied
    assert "StepsConfig" not in draft.copied


def test_a_frameworks_call_is_made_as_written(drafted: Drafted) -> None:
    """`flow.kickoff()` runs what hangs on its decorators, not the one method in which a step was found."""
    draft = drafted("""
from crewai.flow.flow import Flow, listen, start
from models import ask, tell

class Letters(Flow):
    @start()
    async def draft(self):
        self.state["text"] = ask("a letter")

    @listen(draft)
    def send(self):
        tell(self.state["text"])

def kickoff():
    flow = Letters()
    flow.kickoff()
""")
    assert "await self.step(Activities." in workflow_functions(draft)
    assert "flow.kickoff()" in adapter(draft)


def test_how_lines_are_logged_is_set_up_by_the_worker(drafted: Drafted) -> None:
    draft = drafted("""
import logging
from models import ask, tell

log = logging.getLogger(__name__)

def entry(topic: str) -> None:
    logging.basicConfig(level=logging.INFO)
    log.setLevel(logging.DEBUG)
    log.info("begin")
    tell(ask(topic))
""")
    text = workflow_functions(draft)
    assert "basicConfig" not in text
    assert "setLevel" not in text
    assert '.info("begin")' in text


BUILT = """
from models import tell
from openai import AzureOpenAI, OpenAI

def entry(topic: str, azure: bool) -> None:
    if azure:
        llm = AzureOpenAI()
    else:
        llm = OpenAI()
    {between}
    first = llm.responses.create(model="m", input=topic).output_text
    tell(first)
    second = llm.responses.create(model="m", input=first).output_text
    tell(second)
"""


def test_an_object_is_built_anew_by_the_branch_that_builds_it(drafted: Drafted) -> None:
    draft = drafted(BUILT.format(between="pass"))
    asked = [adapter_function(u) for u in draft.units if "responses.create" in adapter_function(u)]
    assert len(asked) == 2
    assert all("if azure:" in a and "llm = AzureOpenAI()" in a and "llm = OpenAI()" in a for a in asked)
    assert "azure" in {g.name for g in draft.units[0].params}


def test_an_object_whose_name_holds_something_else_later_is_not_built_anew(drafted: Drafted) -> None:
    draft = drafted(BUILT.format(between="llm = llm if azure else OpenAI(max_retries=1)"))
    assert [u.reason for u in draft.units] == ["an object is built, and its name holds something else at another time"]


@pytest.mark.parametrize(
    ("function", "early"),
    [
        ("def f(self):\n  x = x()\n", "x"),
        ("def f(self):\n  with open(x) as file:\n    x = file.read()\n", "x"),
        ("def f(self, x):\n  x = x()\n", None),
        ("def f(self):\n  y = [x for x in z]\n  x = 1\n", None),
        ("def f(self):\n  for x in x:\n    pass\n", "x"),
        ("def f(self):\n  x += 1\n", "x"),
        ("def f(self):\n  def g():\n    return x\n  x = g\n", None),
        ("def f(self):\n  if (x := 1):\n    return x\n", None),
        ("def f(self):\n  try:\n    x = 1\n  except E as e:\n    x = e\n  return x\n", None),
        ("def f(self):\n  match y:\n    case [a, *rest] if a:\n      return rest\n    case z:\n      return z\n", None),
    ],
)
def test_a_name_must_not_be_read_before_its_function_sets_it(function: str, early: str | None) -> None:
    body = "".join(f"  {line}\n" for line in function.splitlines())
    assert read_too_early(body) == early


def test_a_name_that_a_framework_puts_in_leaves_its_function_whole(drafted: Drafted) -> None:
    draft = drafted("""
from models import ask, tell

def entry(topic: str) -> None:
    helper = find_helper(topic)
    tell(ask(helper))
""")
    assert [u.reason for u in draft.units] == ["`find_helper` is defined nowhere in its file"]


def test_the_path_of_the_module_stays_its_own(drafted: Drafted) -> None:
    draft = drafted("""
from models import ask, tell
from pathlib import Path

def entry(topic: str) -> None:
    text = (Path(__file__).parent / "prompt.txt").read_text()
    tell(ask(text + topic))
""")
    assert {n: o for u in draft.units for n, o in u.imports.items()}["__file__"] == ("app", "__file__")


def test_objects_that_one_line_builds_are_built_anew_each(drafted: Drafted) -> None:
    draft = drafted("""
from models import ask, tell
from openai import OpenAI

class Crm:
    def book(self, text: str) -> None:
        tell(text)

def entry(topic: str) -> None:
    llm, crm = OpenAI(), Crm()
    answer = llm.responses.create(model="m", input=topic).output_text
    crm.book(answer)
    tell(answer)
""")
    assert not [u.name for u in draft.units if not u.visits]
    asked = next(adapter_function(u) for u in draft.units if "responses.create" in adapter_function(u))
    assert "llm = OpenAI()" in asked


def test_steps_may_be_called_as_the_methods_of_a_dict(tree: Tree, tmp_path: Path) -> None:
    root = tree(
        {
            "models.py": MODELS,
            "app.py": """
from models import ask, tell

def update(text: str) -> None:
    tell(text)

def items(topic: str) -> str:
    return ask(topic)

def entry(topic: str) -> None:
    update(items(topic))
""",
        }
    )
    made = migrate(assess(root), root, pipeline="app.entry", engine="temporal", output=tmp_path / "out")
    assert {a.name for a in made.plan.activities} == {"update", "items"}
    assert '"update": Policy(' in (made.output / made.plan.package / "policies.py").read_text("utf-8")


def test_a_file_that_a_path_opens_stays_in_an_activity(drafted: Drafted) -> None:
    draft = drafted("""
import shutil
from pathlib import Path
from models import ask, tell

def entry(folder: str, source: str) -> None:
    path = Path(folder) / "copy.txt"
    with open(source, "rb") as given, path.open("wb") as out:
        shutil.copyfileobj(given, out)
    tell(ask(path.name))
""")
    assert "open(" not in workflow_functions(draft)
    assert 'path.open("wb") as out' in adapter(draft)
