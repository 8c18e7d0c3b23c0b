"""The drafted functions as text: what goes into the workflow's class, what goes into the adapter."""

from __future__ import annotations

import libcst as cst

from migrate.rewriting.draft import Draft, Unit


def workflow_functions(draft: Draft) -> str:
    """The functions of the workflow, indented as the body of a class, `run` first."""
    ordered = sorted(draft.functions, key=lambda f: f.name.value != "run")
    ordered = [ordered[0], *reversed(ordered[1:])] if ordered else []
    return _class_body(
        [f.with_changes(leading_lines=(cst.EmptyLine(indent=False),) if n else ()) for n, f in enumerate(ordered)]
    )


def adapter_function(unit: Unit) -> str:
    """The adapter's function of one unit, indented as the body of a class."""
    params = ", ".join(f"{g.name}: {g.annotation.text}" for g in unit.params)
    returns = unit.returns.text
    head = "async def" if unit.colour == "async" else "def"
    made = cst.parse_statement(f"@staticmethod\n{head} {unit.name}({params}) -> {returns}: ...")
    assert isinstance(made, cst.FunctionDef)
    docstring = cst.parse_statement(f'"""{unit.file}:{unit.line}, {unit.module}.{unit.symbol}."""')
    instances = [cst.parse_statement(f"{name} = {_factory(where)}()") for name, where in unit.instances.items()]
    return _class_body([made.with_changes(body=cst.IndentedBlock([docstring, *instances, *unit.body]))])


def _factory(where: str) -> str:
    return "_" + where.replace(":", ".").rpartition(".")[2].lower()


def _class_body(functions: list[cst.FunctionDef]) -> str:
    code = cst.Module([cst.ClassDef(cst.Name("C"), cst.IndentedBlock(functions))]).code
    return code.partition("\n")[2].rstrip("\n") + "\n"
