"""Frameworks that run agents: their names, and the vendor's own Temporal integration where there is one.

Read on 2026-11-22; docs/frameworks.md has the sources.
"""

from __future__ import annotations

from assess.model.step import Kind, Step

# By the package that a step's target starts with: the name, and who makes it durable by its own plugin.
_NAMES: dict[str, tuple[str, str]] = {
    "langgraph": ("LangGraph", "temporalio-langgraph"),
    "agents": ("the OpenAI Agents SDK", "temporalio-openai-agents"),
    "pydantic_ai": ("Pydantic AI", "its own TemporalAgent, pydantic_ai.durable_exec.temporal"),
    "google.adk": ("Google ADK", "temporalio-google-adk"),
    "strands": ("Strands Agents", "temporalio-strands-agents"),
    "deepagents": ("Deep Agents", "temporalio-deepagents"),
    "crewai": ("CrewAI", ""),
    "workflows": ("LlamaIndex Workflows", ""),
    "llama_index": ("LlamaIndex", ""),
    "langchain": ("LangChain", ""),
    "autogen": ("AutoGen", ""),
    "autogen_agentchat": ("AutoGen", ""),
    "autogen_core": ("AutoGen", ""),
    "haystack": ("Haystack", ""),
    "smolagents": ("smolagents", ""),
    "swarm": ("Swarm", ""),
    "dspy": ("DSPy", ""),
}
_GENERATED = frozenset({"langgraph", "agents"})


def wrapped_whole(step: Step) -> str | None:
    """What to say of a framework's run that is called as it is: a crash repeats all of it. None of any other step."""
    if step.kind is not Kind.AGENT or step.target is None:
        return None
    root = next((r for r in _NAMES if step.target == r or step.target.startswith(f"{r}.")), None)
    if root is None:
        return None
    name, plugin = _NAMES[root]
    beside = f"; {plugin} would make its own steps durable" if plugin and root not in _GENERATED else ""
    return f"{name} runs inside it as a whole, so a crash repeats its model calls and tools{beside}"


def name_of(framework: str) -> str:
    """A framework's name, by the word that the rewriting has for it."""
    return {"langgraph": "LangGraph", "openai_agents": "the OpenAI Agents SDK"}[framework]
