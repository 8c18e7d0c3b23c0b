"""Attributes and classes: what `value.name` is, what constructing a class gives, and what an annotation promises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from assess.resolving.imports import module_attribute, module_scope
from assess.resolving.late import fill_attribute, is_none
from assess.resolving.program import ClassInfo, FunctionInfo
from assess.resolving.running import Arguments, Run
from assess.resolving.scopes import Scope
from assess.resolving.settings import settable_field
from assess.resolving.values import (
    MOST_OPTIONS,
    Choice,
    Class,
    Configuration,
    Const,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Method,
    Module,
    Super,
    Text,
    Value,
    join,
    marked_copy,
    options,
    text_of,
)

LONGEST_PATH = 240
NEW = "builtins.object.__new__"
COMMON_METHODS = frozenset(
    """add append clear close commit copy count decode delete encode end execute exists extend fetch find flush format
    get group index info insert items join json keys load log lower match next open parse pop post process put read
    remove replace reset result run save search send set setup sort split start stop strip sub update upper validate
    values write debug error warning exception name text main call forward create init build render""".split()
)


def attribute(run: Run, value: Value, name: str) -> Value:
    """The value of `value.name`."""
    match value:
        case Choice():
            useful = [o for o in value.options if not _lacks(o, name)] or value.options
            known = join(attribute(run, o, name) for o in useful)
            if value.origins and isinstance(known, Method):
                return Choice(value.origins, (known,))
            return marked_copy(known, value.origins)
        case Module():
            return module_attribute(run, value.info, name) or Value(value.origins)
        case External():
            if len(value.path) > LONGEST_PATH:
                return External(value.origins, value.path, value.made, value.result)
            return External(value.origins, f"{value.path}.{name}", value.made, value.result)
        case Instance():
            return _instance_attribute(run, value, name)
        case Class():
            found = class_attribute(run, value, name, None)
            return found if found is not None else Value(value.origins)
        case Super():
            found = _after(run, value, name)
            if found is None and name == "__new__":
                return External(path=NEW)
            return found if found is not None else Value(value.origins)
    # `.value` of a member of an enumeration of texts is that text.
    return value if name == "value" and text_of(value) is not None else Method(value.origins, value, name)


def _lacks(value: Value, name: str) -> bool:
    """Whether asking this for an attribute fails: then it is not what the name stands for here."""
    match value:
        case Const():
            return value.value is None or not hasattr(value.value, name)
        case Mapping():
            return not hasattr(dict, name)
        case Text():
            return not hasattr(str, name)
    return False


def class_scope(run: Run, cls: Class) -> Scope:
    """The scope of a class body: its names are filled when asked for."""
    key = id(cls.info)
    found = run.session.class_scopes.get(key)
    if found is None:
        found = Scope(cls.info.module, cls.scope or module_scope(run, cls.info.module))
        found.cls = cls.info
        found.cell = cls.info.cell
        run.session.class_scopes[key] = found
    return found


def bases(run: Run, cls: Class) -> list[Value]:
    """The values that the class names as its bases."""
    scope = cls.scope or class_scope(run, cls)
    with run.counting("muted"):
        return [option for base in cls.info.node.bases for option in options(run.evaluate(base, scope))]


def ancestry(run: Run, cls: Class) -> tuple[Class | External, ...]:
    """The class and all that it inherits from, nearest first (depth first, a class once, the last place kept).

    Kept for the whole tree once every base is known; before that its module may still be followed.
    """
    known = run.session.ancestries.get(id(cls.info))
    if known is not None:
        return known
    found, settled = _inherited(run, cls, frozenset())
    last = {id(c.info) if isinstance(c, Class) else c.path: n for n, c in enumerate(found)}
    line = tuple(c for n, c in enumerate(found) if last[id(c.info) if isinstance(c, Class) else c.path] == n)
    if settled:
        run.session.ancestries[id(cls.info)] = line
    return line


def _inherited(run: Run, cls: Class, seen: frozenset[int]) -> tuple[list[Class | External], bool]:
    found: list[Class | External] = [cls]
    settled = True
    for base in bases(run, cls):
        if isinstance(base, External):
            found.append(base)
        elif isinstance(base, Class):
            if id(base.info) not in seen:
                more, known = _inherited(run, base, seen | {id(cls.info)})
                found.extend(more)
                settled = settled and known
        else:
            settled = False
    return found, settled


def class_attribute(run: Run, cls: Class, name: str, instance: Value | None) -> Value | None:
    """A name looked up on a class and its bases, bound to `instance` if one is given."""
    for owner in ancestry(run, cls):
        found = _own_attribute(run, owner, name, instance, cls)
        if found is not None:
            return found
    return None


def _own_attribute(run: Run, owner: Class | External, name: str, instance: Value | None, cls: Class) -> Value | None:
    if isinstance(owner, External):
        if owner.path.startswith(("typing.", "abc.", "builtins.", "enum.", "collections.abc.")):
            return None
        made = instance.attributes.get("<made>") if isinstance(instance, Instance) else None
        config = made.made if isinstance(made, External) else None
        return External(owner.origins, f"{owner.path}.{name}", config)
    method = owner.info.methods.get(name)
    if method is not None:
        return _bind(run, method, owner, instance, cls)
    kept = run.session.class_attributes.get((id(owner.info), name))
    if kept is not None and not is_none(kept):
        return kept
    field = owner.info.fields.get(name)
    if field is not None:
        annotation, value = field
        scope = class_scope(run, owner)
        if value is not None:
            with run.counting("muted"):
                default = run.evaluate(value, scope)
            settable = any(isinstance(o, External) and o.path.endswith("BaseSettings") for o in ancestry(run, cls))
            return settable_field(name, default, run.spot(value, scope)) if settable else default
        return annotated(run, annotation, scope) if annotation is not None else None
    return None


def _bind(run: Run, method: FunctionInfo, owner: Class, instance: Value | None, cls: Class) -> Value:
    assert not isinstance(method.node, ast.Lambda)
    names = {_decorator_name(d) for d in method.node.decorator_list}
    scope = class_scope(run, owner)
    made = run.session.wrapped.get(id(method.node))
    function = made if isinstance(made, Function) else Function(info=method, scope=scope)
    if "staticmethod" in names:
        return function
    if "classmethod" in names:
        return replace(function, bound=cls)
    bound = replace(function, bound=instance)
    if names & {"property", "cached_property"} and instance is not None:
        return run.call(bound, Arguments([], {}, None, scope))
    return bound


def _decorator_name(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Call():
            return _decorator_name(node.func)
    return ""


def _after(run: Run, value: Super, name: str) -> Value | None:
    own = value.instance.cls if isinstance(value.instance, Instance) else value.cls
    line = list(ancestry(run, own))
    position = next((n for n, c in enumerate(line) if isinstance(c, Class) and c.info is value.cls.info), -1)
    if position < 0:
        line, position = list(ancestry(run, value.cls)), 0
    for owner in line[position + 1 :]:
        found = _own_attribute(run, owner, name, value.instance, own)
        if found is not None:
            return found
    return None


def _instance_attribute(run: Run, instance: Instance, name: str) -> Value:
    if name == "__class__":
        return instance.cls
    if name in instance.attributes and not is_none(instance.attributes[name]):
        return instance.attributes[name]
    found = instance.attributes.get(name) or class_attribute(run, instance.cls, name, instance)
    if is_none(found) or (isinstance(found, Function) and found.info.abstract):
        found = _set_later(run, instance, name) or found
    if isinstance(found, Function) and found.info.abstract:
        return _implementations(run, instance, name) or found
    if found is None and instance.assumed:
        found = _implementations(run, instance, name)
    return found if found is not None else Value(instance.origins)


def _set_later(run: Run, instance: Instance, name: str) -> Value | None:
    """What other methods of the object put under a name that is None or abstract until they run."""
    line = [c.info for c in ancestry(run, instance.cls) if isinstance(c, Class)]
    return fill_attribute(run, instance, name, line)


def _implementations(run: Run, instance: Instance, name: str) -> Value | None:
    """The method as every class below this one has it."""
    found: list[Value] = []
    for info in subclasses(run, instance.cls.info):
        method = info.methods.get(name)
        if method is not None and not method.abstract:
            below = assume(run, _class_of(run, info))
            bound = class_attribute(run, below.cls, name, below)
            if bound is not None:
                found.append(bound)
    return join(found[:MOST_OPTIONS]) if found else None


def subclasses(run: Run, info: ClassInfo, seen: frozenset[int] = frozenset()) -> Iterator[ClassInfo]:
    """Every class of the tree below this one, by the bare names of bases."""
    for below in run.program.classes_with_base(info.name):
        if id(below) not in seen and below is not info:
            yield below
            yield from subclasses(run, below, seen | {id(info), id(below)})


def _class_of(run: Run, info: ClassInfo) -> Class:
    from_module = module_attribute(run, info.module, info.name)
    for option in options(from_module) if from_module is not None else ():
        if isinstance(option, Class) and option.info is info:
            return option
    return Class(info=info, scope=module_scope(run, info.module))


def construct(run: Run, cls: Class, arguments: Arguments) -> Value:
    """A new object: dataclass fields are bound, then `__init__` runs."""
    instance = _by_new(run, cls, arguments) or Instance(cls=cls, given=run.giving > 0)
    for name in ("status", "state", "stage", "phase"):
        given = text_of(arguments.keywords.get(name))
        if given is not None:
            run.states += [name, given]
    for owner in ancestry(run, cls):
        if isinstance(owner, External) and not owner.path.startswith(("typing.", "abc.", "enum.", "builtins.object")):
            scope = arguments.scope
            made = Configuration(
                owner.path, tuple(arguments.positional), dict(arguments.keywords), scope.module.path,
                arguments.node.lineno if arguments.node else 1, scope.cell,
            )  # fmt: skip
            instance.attributes["<made>"] = External(path=owner.path, made=made)
            run.session.tools[id(made)] = list(_called_back(run, cls, instance))
            run.session.graphs[id(made)] = instance
            break
    init = class_attribute(run, cls, "__init__", instance)
    if isinstance(init, Function):
        run.call(init, arguments)
    else:
        _bind_fields(run, cls, instance, arguments)
    return instance


def _by_new(run: Run, cls: Class, arguments: Arguments) -> Instance | None:
    """The object that a `__new__` of the tree gives, which may be one that was made before."""
    new = class_attribute(run, cls, "__new__", None)
    if not isinstance(new, Function) or new.info in run.stack:
        return None
    given = run.call(Function(info=new.info, scope=new.scope, bound=cls), arguments)
    return next((o for o in options(given) if isinstance(o, Instance) and o.cls.info is cls.info), None)


def _called_back(run: Run, cls: Class, instance: Instance) -> Iterator[Value]:
    """Methods that extend one of a base outside the tree by calling it: the base calls them when it runs."""
    for name, method in cls.info.methods.items():
        if not name.startswith("__") and _extends(method, name):
            bound = class_attribute(run, cls, name, instance)
            if isinstance(bound, Function):
                yield bound


def _extends(method: FunctionInfo, name: str) -> bool:
    """Whether a method calls `super()` for its own name."""
    if "super" not in method.names:
        return False
    for node in ast.walk(method.node):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=called)) if called == name:
                return True
    return False


def _bind_fields(run: Run, cls: Class, instance: Instance, arguments: Arguments) -> None:
    names = [
        name
        for owner in reversed([c for c in ancestry(run, cls) if isinstance(c, Class)])
        for name, (annotation, _) in owner.info.fields.items()
        if annotation is not None
    ]
    for name, value in zip(dict.fromkeys(names), arguments.positional, strict=False):
        instance.attributes[name] = value
    instance.attributes.update(arguments.keywords)
    post = class_attribute(run, cls, "__post_init__", instance)
    if isinstance(post, Function):
        run.call(post, Arguments([], {}, None, arguments.scope))


def implementers(run: Run, cls: Class) -> list[Value]:
    """Objects that a promise of this class may mean: its own, or of every class below it if it is abstract."""
    known = run.implementers.get(id(cls.info))
    if known is not None:
        return known
    run.implementers[id(cls.info)] = [assume(run, cls)]
    if any(m.abstract and n != "__init__" for n, m in cls.info.methods.items()):
        below = [c for c in subclasses(run, cls.info) if not any(m.declared_abstract for m in c.methods.values())]
        found: list[Value] = [assume(run, _class_of(run, c)) for c in below[:MOST_OPTIONS]]
        run.implementers[id(cls.info)] = found or run.implementers[id(cls.info)]
    return run.implementers[id(cls.info)]


def assume(run: Run, cls: Class, *, given: bool = True) -> Instance:
    """An object of a class that nobody was seen to construct: its `__init__` runs with what its annotations promise."""
    known = run.assumed.get(id(cls.info))
    if known is not None:
        return known
    instance = Instance(cls=cls, assumed=True, given=given)
    run.assumed[id(cls.info)] = instance
    init = class_attribute(run, cls, "__init__", instance)
    if not isinstance(init, Function):
        init = class_attribute(run, cls, "__post_init__", instance)
    if isinstance(init, Function) and len(run.assuming) < 4:
        run.assuming.append(cls.info)
        outer, run.giving = run.giving, int(given)
        with run.counting("muted"), run.capturing():
            run.call(init, Arguments([], {}, None, class_scope(run, cls), open=True))
        run.giving = outer
        run.assuming.pop()
    return instance


_WRAPPERS = frozenset({"Optional", "Annotated", "Union", "Final", "ClassVar", "Required", "NotRequired"})
_AWAITED = frozenset({"Awaitable", "Coroutine"})
_SEQUENCES = frozenset(
    {"list", "List", "Sequence", "Iterable", "Iterator", "set", "Set", "tuple", "Tuple", "Generator", "AsyncIterator"}
    | {"AsyncGenerator", "AsyncIterable", "Collection", "frozenset", "deque"}
)


def annotated(run: Run, annotation: ast.expr, scope: Scope) -> Value:
    """What a name with this annotation may be."""
    match annotation:
        case ast.Constant(value=str() as text):
            try:
                return annotated(run, ast.parse(text, mode="eval").body, scope)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return Value()
        case ast.BinOp(op=ast.BitOr()):
            sides = [annotated(run, side, scope) for side in (annotation.left, annotation.right)]
            return (
                join(v for v in sides if type(v) is not Value) if any(type(v) is not Value for v in sides) else Value()
            )
        case ast.Subscript():
            return _annotated_generic(run, annotation, scope)
        case ast.Name() | ast.Attribute():
            with run.counting("muted"):
                value = run.evaluate(annotation, scope)
            return _promised(run, value)
    return Value()


def _annotated_generic(run: Run, annotation: ast.Subscript, scope: Scope) -> Value:
    name = _decorator_name(annotation.value)
    inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    if name == "Annotated":
        with run.counting("muted"):
            extra = [run.evaluate(i, scope) for i in inner[1:]]
        given = [e for e in extra if _is_given(e)]
        return given[0] if given else annotated(run, inner[0], scope)
    if name in _WRAPPERS or name in _AWAITED:
        found = [annotated(run, i, scope) for i in inner]
        known = [v for v in found if type(v) is not Value]
        return join(known) if known else Value()
    if name in _SEQUENCES:
        return Items(rest=annotated(run, inner[0], scope), ordered=False)
    if name in ("dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"):
        return Mapping(rest=annotated(run, inner[-1], scope))
    return annotated(run, annotation.value, scope)


def _is_given(value: Value) -> bool:
    """Whether a marker in `Annotated` stands for the value itself, as a dependency that was called does."""
    if isinstance(value, External):
        return not value.path.startswith(("pydantic.", "fastapi.", "typing", "annotated_types."))
    return isinstance(value, Instance | Items | Mapping)


def _promised(run: Run, value: Value) -> Value:
    found: list[Value] = []
    for option in options(value):
        match option:
            case Class():
                found += implementers(run, option)
            case External() if run.catalogue.known_root(option.path) and not option.path.startswith("builtins."):
                found.append(External(path=option.path))
    return join(found) if found else Value()


def guess_method(run: Run, receiver: Value, name: str) -> Value | None:
    """The methods of the tree that a call on an unknown object may mean, if the name is rare enough to tell."""
    del receiver
    if name in COMMON_METHODS or name.startswith("__"):
        return None
    methods = run.program.methods_named(name)
    if not 0 < len(methods) <= 3:
        return None
    found: list[Value] = []
    for method in methods:
        if method.cls is not None:
            instance = assume(run, _class_of(run, method.cls))
            bound = class_attribute(run, instance.cls, name, instance)
            if isinstance(bound, Function) and not bound.info.abstract:
                found.append(bound)
    return join(found) if found else None
