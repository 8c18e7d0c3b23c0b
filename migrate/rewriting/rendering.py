"""The drafted functions as text: what goes into the workflow's class, what goes into the adapter."""

from __future__ import annotations

import libcst as cst

from migrate.rewriting.draft import Draft, Unit
from migrate.rewriting.source import Function, Legacy, Module, dotted_name

_DEEPEST = 5


def workflow_functions(draft: Draft) -> str:
    """The functions of the workflow, indented as the body of a class, the entry's first."""
    ordered = sorted(draft.functions, key=lambda f: f.name.value != draft.entry_method)
    empty = cst.EmptyLine(indent=False)
    return _class_body([f.with_changes(leading_lines=(empty,) if n else ()) for n, f in enumerate(ordered)])


def adapter_function(unit: Unit) -> str:
    """The adapter's function of one unit, indented as the body of a class."""
    params = ", ".join(f"{g.name}: {g.annotation.text}" for g in unit.params)
    returns = unit.returns.text
    head = "async def" if unit.colour == "async" else "def"
    state = "@with_state(STATE)\n" if unit.state and unit.drive is None else ""
    made = cst.parse_statement(f"@staticmethod\n{state}{head} {unit.name}({params}) -> {returns}: ...")
    assert isinstance(made, cst.FunctionDef)
    docstring = cst.parse_statement(f'"""{unit.file}:{unit.line}, {unit.module}.{unit.symbol}."""')
    instances = [cst.parse_statement(f"{name} = {_factory(where)}()") for name, where in unit.instances.items()]
    return _class_body([made.with_changes(body=cst.IndentedBlock([docstring, *instances, *unit.body]))])


def _factory(where: str) -> str:
    if where.startswith("factory:"):
        return where.partition(":")[2]
    return "_" + where.replace(":", ".").rpartition(".")[2].lower()


def _class_body(functions: list[cst.FunctionDef]) -> str:
    code = cst.Module([cst.ClassDef(cst.Name("C"), cst.IndentedBlock(functions))]).code
    return code.partition("\n")[2].rstrip("\n") + "\n"


def instance_bodies(draft: Draft) -> tuple[list[dict[str, str]], dict[str, tuple[str, str | None]]]:
    """How the adapter gets the objects whose methods are steps, and the imports that this takes."""
    bodies: list[dict[str, str]] = []
    imports: dict[str, tuple[str, str | None]] = {}
    for where in wanted_factories(draft):
        if where.startswith("factory:"):
            made = draft.factories[_factory(where)]
            lines = [f"{name} = {_factory(inner)}()" for name, inner in made.instances.items()]
            text = "\n".join([*lines, made.code.rstrip("\n")]).replace("\n", "\n    ")
            imports |= made.imports
            bodies.append({"factory": _factory(where), "where": made.place, "body": text})
            continue
        module_name, _, owner = where.partition(":")
        module = draft.legacy.by_name(module_name)
        found = module_instance(module, owner) if module is not None else None
        if found is not None:
            imports[found] = (module_name, found)
            bodies.append({"factory": _factory(where), "where": f"{module_name}.{found}", "body": f"return {found}"})
        elif module is not None and not _needs_arguments(built := made_by(draft.legacy, module, owner)):
            imports[owner] = (module_name, owner)
            bodies.append({"factory": _factory(where), "where": "", "body": f"return {owner}()"})
        else:
            built = built if module is not None and built is not None else draft.entry
            place = f"{built.module.file}:{built.line}"
            sentence = f"TODO(lastgood): {place}: How is a {owner} of {module_name} built? the code does not show it"
            bodies.append({"factory": _factory(where), "where": "", "body": f'raise NotImplementedError("{sentence}")'})
    return bodies, imports


def wanted_factories(draft: Draft) -> list[str]:
    """The objects that activities use, and those from which they are got."""
    found: dict[str, None] = {}
    todo = sorted({w for u in draft.units for w in u.instances.values()})
    while todo:
        where = todo.pop()
        if where not in found:
            found[where] = None
            if where.startswith("factory:"):
                todo += draft.factories[_factory(where)].instances.values()
    return sorted(found)


def module_instance(module: Module, owner: str) -> str | None:
    """The module-level name that holds the only object of this class, if there is one."""
    names = [
        name
        for name, assigned in module.assigned.items()
        if len(assigned) == 1
        and isinstance(value := getattr(assigned[0], "value", None), cst.Call)
        and dotted_name(value.func) == owner
    ]
    return names[0] if len(names) == 1 else None


def made_by(legacy: Legacy, module: Module, owner: str, depth: int = 0) -> Function | None:
    """The `__init__` that makes an object of this class: its own, or the one that it inherits."""
    own = module.functions.get(f"{owner}.__init__")
    if own is not None or depth > _DEEPEST or owner not in module.classes:
        return own
    for base in module.classes[owner].bases:
        found = legacy.resolve(module, dotted_name(base.value) or "")
        made = made_by(legacy, *found, depth + 1) if found is not None else None
        if made is not None:
            return made
    return None


def _needs_arguments(made: Function | None) -> bool:
    if made is None:
        return False
    params = [*made.node.params.posonly_params, *made.node.params.params][1:]
    keyword = [*made.node.params.kwonly_params]
    return any(p.default is None for p in (*params, *keyword))
