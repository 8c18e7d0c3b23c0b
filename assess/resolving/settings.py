"""Values that come from outside the code: variables of the environment and entries of configuration files.

They keep the place where the code asks for them, so that whoever decides something by them can be pointed at.
"""

from __future__ import annotations

import re

from assess.resolving.running import Arguments
from assess.resolving.trace import Spot
from assess.resolving.values import Configuration, Const, External, Text, Value, join

ASKED = ".__getitem__"
"""How the path of a value ends that was looked up by its name."""
SETS_UP = frozenset({"configure", "connect", "init", "initialize", "register", "set_tracing_disabled", "setup"})
"""Last names of calls that set something up for what comes later, without giving it back."""
_LOADERS = re.compile(
    r"^(?:(?:json|toml|tomli|tomllib|yaml|hjson|json5|omegaconf\.OmegaConf)\.(?:safe_|full_)?loads?|"
    r"configparser\.(?:Raw|Safe)?ConfigParser|dotenv\.dotenv_values|dynaconf\.Dynaconf|"
    r"streamlit\.secrets|google\.colab\.userdata)"
)
_DECIDES = re.compile(r"url|uri|host|endpoint|region|location|server|address|dsn|model", re.IGNORECASE)
_ENVIRONMENT = re.compile(r"^(?:os\.(?:environ|getenv)|decouple\.|dotenv\.get|environs?\.|starlette\.config\.)")


def is_setting(value: Value) -> bool:
    """Whether the value is read from the environment or from a configuration."""
    return isinstance(value, External) and (loads(value) or from_environment(value))


def from_environment(value: External) -> bool:
    """Whether the value is a variable of the environment."""
    return _ENVIRONMENT.match(value.path) is not None


def loads(value: External) -> bool:
    """Whether the value is what a configuration file holds, or an entry of it."""
    return _LOADERS.match(value.path) is not None


def looked_up(value: External, key: Const, spot: Spot) -> External | None:
    """`os.environ["X"]` or `config["x"]`: the entry, with its name and where it is asked for; None if it is neither."""
    if not is_setting(value):
        return None
    made = Configuration(f"{value.path}{ASKED}", (key, value), {}, spot.file, spot.line, spot.cell)
    return External(value.origins, value.path, made, value.result)


def opened(callee: External, arguments: Arguments, spot: Spot) -> Configuration | None:
    """How a configuration was loaded, so that its entries can be followed to the file."""
    if not loads(callee):
        return None
    return Configuration(callee.path, tuple(arguments.positional), {}, spot.file, spot.line, spot.cell)


def settable_field(name: str, default: Value, spot: Spot) -> Value:
    """A field of a settings class: a variable of its name, else what the code says; only for what decides a place."""
    if not _DECIDES.search(name) or not isinstance(default, Const | Text):
        return default
    made = Configuration(f"os.environ{ASKED}", (Const(value=name.upper()),), {}, spot.file, spot.line, spot.cell)
    return join([External(path="os.environ", made=made), default])
