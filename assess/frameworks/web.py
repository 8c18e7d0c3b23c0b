"""Web frameworks and pages: a route or a page is started by a request."""

from assess.frameworks.rules import Implements, Registers, Starts, words
from assess.model.woven import TriggerKind

_VERBS = words("get post put delete patch head options route websocket api_route websocket_route endpoint")
_SERVERS = "fastapi starlette flask quart sanic aiohttp litestar robyn bottle falcon ninja chalice blacksheep"

STARTS = (
    *(Starts(root, _VERBS, TriggerKind.HTTP, root) for root in _SERVERS.split()),
    Starts("fastapi", words("on_event"), TriggerKind.PLATFORM, "fastapi"),
    Starts(
        "django",
        words("require_http_methods require_POST require_GET csrf_exempt login_required"),
        TriggerKind.HTTP,
        "django",
    ),
    Starts("rest_framework", words("api_view action"), TriggerKind.HTTP, "django"),
    Starts("fastmcp", words("tool resource prompt"), TriggerKind.PLATFORM, "mcp"),
    Starts("mcp", words("tool resource prompt call_tool"), TriggerKind.PLATFORM, "mcp"),
    Starts("chainlit", words("on_message on_chat_start on_action"), TriggerKind.PLATFORM, "chainlit"),
    Starts("slack_bolt", words("event message command action shortcut view"), TriggerKind.PLATFORM, "slack_bolt"),
    Starts("functions_framework", words("http cloud_event"), TriggerKind.HTTP, "functions_framework"),
    Starts(
        "azure",
        words("route function_name queue_trigger timer_trigger blob_trigger"),
        TriggerKind.PLATFORM,
        "azure_functions",
    ),
    Starts("modal", words("function web_endpoint fastapi_endpoint asgi_app"), TriggerKind.PLATFORM, "modal"),
)

IMPLEMENTS = (
    Implements(
        "flask",
        words("MethodView View"),
        words("get post put delete patch dispatch_request"),
        TriggerKind.HTTP,
        "flask",
    ),
    Implements(
        "django", words("View APIView TemplateView"), words("get post put delete patch"), TriggerKind.HTTP, "django"
    ),
    Implements(
        "rest_framework",
        words("APIView ViewSet ModelViewSet"),
        words("get post put delete patch create list"),
        TriggerKind.HTTP,
        "django",
    ),
    Implements("django", words("BaseCommand"), words("handle"), TriggerKind.CLI, "django"),
    Implements("chatkit", words("ChatKitServer"), words("respond action"), TriggerKind.PLATFORM, "chatkit"),
)

REGISTERS = (
    *(Registers("django", verb, ("view",), 1, TriggerKind.HTTP, "django") for verb in ("path", "re_path", "url")),
    Registers("flask", "add_url_rule", ("view_func",), 2, TriggerKind.HTTP, "flask"),
    Registers("fastapi", "add_api_route", ("endpoint",), 1, TriggerKind.HTTP, "fastapi"),
    Registers("starlette", "Route", ("endpoint",), 1, TriggerKind.HTTP, "starlette"),
    Registers("gradio", "click", ("fn",), 0, TriggerKind.HTTP, "gradio"),
    Registers("gradio", "Interface", ("fn",), 0, TriggerKind.HTTP, "gradio"),
    Registers("gradio", "ChatInterface", ("fn",), 0, TriggerKind.HTTP, "gradio"),
)
