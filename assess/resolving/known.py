"""Functions of the standard library and of frameworks whose effect on values is known."""

from __future__ import annotations

from collections.abc import Callable

from assess.resolving import concurrency, engines
from assess.resolving.assigning import STATE_NAMES
from assess.resolving.events import leave_process
from assess.resolving.members import get_members
from assess.resolving.naming import import_by_name, member_by_name
from assess.resolving.objects import NEW, ancestry
from assess.resolving.running import Arguments, Run
from assess.resolving.trace import Loop
from assess.resolving.values import (
    Bound,
    Class,
    Const,
    Coroutine,
    External,
    Function,
    Instance,
    Items,
    Mapping,
    Super,
    Value,
    element,
    join,
    options,
    origins,
    source_text,
    text_of,
)

Handler = Callable[[Run, External, Arguments], Value | None]


def _partial(run: Run, callee: External, arguments: Arguments) -> Value:
    del run, callee
    function = arguments.get(0, "func") or Value()
    return Bound(function=function, positional=tuple(arguments.positional[1:]), keywords=arguments.keywords)


def _same(run: Run, callee: External, arguments: Arguments) -> Value:
    """Gives back what it got, or elements of it."""
    del run, callee
    return arguments.positional[0] if arguments.positional else Items()


def _listed(run: Run, callee: External, arguments: Arguments) -> Value:
    """`list(x)`: a query that is only sent when it is gone through is sent here."""
    for option in options(arguments.get(0) or Value()):
        fact = (
            run.session.fact(f"{option.path}.__iter__") if isinstance(option, External) and not option.result else None
        )
        if fact is not None and isinstance(option, External):
            return leave_process(run, External(option.origins, f"{option.path}.__iter__", option.made), fact, arguments)
    return _same(run, callee, arguments)


def _same_last(run: Run, callee: External, arguments: Arguments) -> Value:
    del run, callee
    return arguments.positional[-1] if arguments.positional else Value()


def _decorator(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """A wrapper such as `wraps(f)` or `lru_cache`: as a decorator it changes nothing."""
    del run, callee
    match arguments.positional:
        case [Function() as function] if not arguments.keywords:
            return function
    return None


def _next(run: Run, callee: External, arguments: Arguments) -> Value:
    del run, callee
    return element(arguments.positional[0]) if arguments.positional else Value()


def _enumerate(run: Run, callee: External, arguments: Arguments) -> Value:
    del run, callee
    inner = element(arguments.positional[0]) if arguments.positional else Value()
    return Items(rest=Items(values=[Value(), inner]), ordered=False)


def _zip(run: Run, callee: External, arguments: Arguments) -> Value:
    del run, callee
    return Items(rest=Items(values=[element(v) for v in arguments.positional]), ordered=False)


def _map(run: Run, callee: External, arguments: Arguments) -> Value:
    del callee
    if len(arguments.positional) < 2:
        return Value()
    function, *sources = arguments.positional
    with run.capturing() as trace, run.counting("loops"):
        value = run.call(function, Arguments([element(s) for s in sources], {}, arguments.node, arguments.scope))
    if trace.nodes and arguments.node is not None:
        over = source_text(arguments.node.args[-1])
        run.emit(Loop(run.spot(arguments.node, arguments.scope), f"map over {over}", over, trace))
    if isinstance(value, Coroutine):
        value.many = True
    return Items(rest=value, ordered=False)


def _filter(run: Run, callee: External, arguments: Arguments) -> Value:
    del run, callee
    return Items(rest=element(arguments.positional[-1]), ordered=False) if arguments.positional else Value()


def _dict(run: Run, callee: External, arguments: Arguments) -> Value:
    del run, callee
    result = Mapping()
    result.values.update(arguments.keywords)
    for value in arguments.positional:
        for option in options(value):
            if isinstance(option, Mapping):
                result.values.update(option.values)
                result.rest = result.rest or option.rest
            else:
                result.origins |= origins(option)
    return result


def _super(run: Run, callee: External, arguments: Arguments) -> Value:
    del callee
    scope = arguments.scope
    while scope.function is None and scope.parent is not None:
        scope = scope.parent
    cls = scope.function.cls if scope.function is not None else None
    if cls is None or scope.parent is None:
        return Value()
    owner = Class(info=cls, scope=scope.parent.parent if scope.parent.is_class_body else scope.parent)
    instance = scope.self_value or Value()
    if arguments.positional and isinstance(arguments.positional[0], Class):
        owner = arguments.positional[0]
    del run
    return Super(cls=owner, instance=instance)


def _new(run: Run, callee: External, arguments: Arguments) -> Value:
    """`super().__new__(cls)`: an object that nothing has set up yet."""
    del run, callee
    cls = arguments.get(0, "cls")
    return Instance(cls=cls) if isinstance(cls, Class) else Value()


def _getattr(run: Run, callee: External, arguments: Arguments) -> Value:
    del callee
    name = text_of(arguments.get(1))
    owner = arguments.get(0) or Value()
    if name is not None and "{" not in name:
        return run.attribute(owner, name)
    meant = member_by_name(run, owner, arguments.get(1))
    if meant is not None:
        return meant
    found = [v for option in options(owner) if isinstance(option, Instance) for v in option.attributes.values()]
    return join(found) if found else Value(origins(owner))


def _setattr(run: Run, callee: External, arguments: Arguments) -> Value:
    del callee
    given = options(arguments.get(1) or Value())
    names = {o.value for o in given if isinstance(o, Const) and isinstance(o.value, str)}
    for stored in names & STATE_NAMES:
        # `for name, value in values.items(): setattr(row, name, value)`: any of the values may be the state.
        texts = [o.value for o in options(arguments.get(2) or Value()) if isinstance(o, Const)]
        run.states += [stored, *(t for t in texts if isinstance(t, str))]
    name = next(iter(names)) if len(names) == 1 else None
    for option in options(arguments.get(0) or Value()):
        if isinstance(option, Instance) and name is not None and len(arguments.positional) > 2:
            option.attributes[name] = arguments.positional[2]
    return Const(value=None)


def _mount(run: Run, callee: External, arguments: Arguments) -> Value:
    """A session of requests gets its retries from the adapter that is mounted on it."""
    del run
    adapter = arguments.get(1, "adapter")
    if callee.made is not None and adapter is not None:
        callee.made.keywords.setdefault("mount", adapter)
    return Const(value=None)


def _default_factory(run: Run, callee: External, arguments: Arguments) -> Value | None:
    del callee
    factory = arguments.get(-1, "default_factory")
    if factory is not None:
        return run.call(factory, Arguments([], {}, None, arguments.scope))
    return arguments.get(-1, "default")


def _default_dict(run: Run, callee: External, arguments: Arguments) -> Value:
    del callee
    factory = arguments.get(0)
    made = run.call(factory, Arguments([], {}, None, arguments.scope)) if factory is not None else None
    return Mapping(rest=made)


def _dependency(run: Run, callee: External, arguments: Arguments) -> Value:
    """`Depends(function)`: what the function gives or yields."""
    del callee
    function = arguments.get(0, "dependency")
    if function is None:
        return Value()
    with run.counting("muted"):
        value = run.call(function, Arguments([], {}, None, arguments.scope, open=True))
    if isinstance(value, Coroutine):
        value = value.result
    return element(value) if isinstance(value, Items) else value


def _plain(run: Run, callee: External, arguments: Arguments) -> Value:
    """A pure function: its result comes from its arguments."""
    del run, callee
    found = frozenset[int]()
    for value in arguments.all():
        found |= origins(value)
    return Value(found)


def _as_dict(run: Run, callee: External, arguments: Arguments) -> Value | None:
    """`asdict(object)` and `vars(object)`: its attributes, and the fields that nobody gave a value."""
    del callee
    found = Mapping()
    for option in options(arguments.get(0, "obj", "object") or Value()):
        if isinstance(option, Instance):
            names = [name for c in ancestry(run, option.cls) if isinstance(c, Class) for name in c.info.fields]
            for name in dict.fromkeys([*option.attributes, *names]):
                found.values[name] = run.attribute(option, name)
    return found if found.values else None


def _type(run: Run, callee: External, arguments: Arguments) -> Value:
    del run, callee
    for option in options(arguments.get(0) or Value()):
        if isinstance(option, Instance):
            return option.cls
    return Value()


def _open_method(name: str) -> Handler:
    """A function of the standard library that calls a method of its argument."""

    def handler(run: Run, callee: External, arguments: Arguments) -> Value | None:
        del callee
        return run.attribute(arguments.positional[0], name) if arguments.positional else None

    return handler


def _as_text(run: Run, callee: External, arguments: Arguments) -> Value:
    """`str(path)`: the same path, so that what is written there is known under both."""
    value = arguments.get(0)
    path = isinstance(value, External) and value.path.startswith("pathlib.")
    return value if value is not None and (path or type(value) is Value) else _plain(run, callee, arguments)


KNOWN: dict[str, Handler] = {
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "functools.wraps": _decorator,
    "functools.lru_cache": _decorator,
    "functools.cache": _decorator,
    "contextlib.contextmanager": _decorator,
    "contextlib.asynccontextmanager": _decorator,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "typing.cast": _same_last,
    "builtins.list": _listed,
    "builtins.tuple": _listed,
    "builtins.set": _listed,
    "builtins.sorted": _listed,
    "builtins.reversed": _same,
    "builtins.iter": _same,
    "builtins.aiter": _same,
    "itertools.chain": _same,
    "itertools.islice": _same,
    "tqdm.tqdm": _same,
    "tqdm.auto.tqdm": _same,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.dict": _dict,
    "builtins.super": _super,
    NEW: _new,
    "builtins.getattr": _getattr,
    "builtins.__import__": import_by_name,
    "importlib.import_module": import_by_name,
    "inspect.getmembers": get_members,
    "builtins.setattr": _setattr,
    "requests.Session.mount": _mount,
    "builtins.type": _type,
    "builtins.vars": _as_dict,
    "dataclasses.asdict": _as_dict,
    "attrs.asdict": _as_dict,
    "attr.asdict": _as_dict,
    "dataclasses.field": _default_factory,
    "pydantic.Field": _default_factory,
    "collections.defaultdict": _default_dict,
    "fastapi.Depends": _dependency,
    "fastapi.param_functions.Depends": _dependency,
    "fastapi.Security": _dependency,
    "asyncio.gather": concurrency.gather,
    "asyncio.wait": concurrency.gather,
    "asyncio.as_completed": concurrency.completed,
    "tqdm.asyncio.tqdm.gather": concurrency.gather,
    "tqdm.asyncio.tqdm_asyncio.gather": concurrency.gather,
    "asyncio.tasks.gather": concurrency.gather,
    "concurrent.futures.as_completed": concurrency.completed,
    "concurrent.futures.wait": concurrency.completed,
    "*.create_task": concurrency.create_task,
    "*.ensure_future": concurrency.create_task,
    "*.start_soon": concurrency.create_task,
    "asyncio.to_thread": concurrency.to_thread,
    "anyio.to_thread.run_sync": concurrency.to_thread,
    "starlette.concurrency.run_in_threadpool": concurrency.to_thread,
    "fastapi.concurrency.run_in_threadpool": concurrency.to_thread,
    "asgiref.sync.sync_to_async": _same,
    "asgiref.sync.async_to_sync": _same,
    "*.run_in_executor": concurrency.run_in_executor,
    "*.submit": concurrency.submit,
    "threading.Thread": concurrency.thread,
    "threading.Timer": concurrency.thread,
    "multiprocessing.Process": concurrency.thread,
    "*.add_task": concurrency.background,
    "asyncio.run": concurrency.wait_until,
    "asyncio.shield": _same,
    "asyncio.run_coroutine_threadsafe": concurrency.create_task,
    "anyio.run": concurrency.wait_until,
    "trio.run": concurrency.wait_until,
    "*.run_until_complete": concurrency.wait_until,
    "asyncio.wait_for": concurrency.with_deadline,
}
for _name in engines.ACTIVITY_VERBS:
    KNOWN[f"*.{_name}"] = engines.execute_activity
for _pool in concurrency.GROUPS:
    for _name in ("map", "imap", "imap_unordered", "starmap", "map_async", "starmap_async"):
        KNOWN[f"{_pool}.{_name}"] = concurrency.pool_map
for _name in (
    "len str int float bool min max sum abs round repr hash id ord chr bytes bytearray format isinstance issubclass "
    "hasattr callable any all range divmod pow hex oct bin dir slice frozenset"
).split():
    KNOWN[f"builtins.{_name}"] = _plain
KNOWN["builtins.str"] = KNOWN["os.fspath"] = _as_text
for _name in (
    "json.loads",
    "json.dumps",
    "re.sub",
    "re.findall",
    "re.search",
    "re.match",
    "os.path.join",
    "textwrap.dedent",
):
    KNOWN[_name] = _plain
