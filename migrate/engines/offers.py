"""What each engine offers for what a plan asks, and what of a plan is lost in it.

The plan speaks of no engine; this table does. A row holds for the version named in `facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from migrate.plan import Becomes, Lost, Plan, Target


class Feature(StrEnum):
    """Something that a plan can ask of an engine, in words."""

    FINAL_ERRORS = "errors after which a step is not tried again"
    PAUSES = "the first and the longest pause between attempts"
    WHOLE_TIME = "a limit for all attempts of a step together"
    HEARTBEAT = "heartbeats, by which a lost worker is noticed in seconds"
    REFUSING = "refusing a decision that is early, repeated or anonymous before it is stored"
    LONG_WAIT = "a run that waits for days"
    LONG_LOOP = "a long loop that goes on with a fresh history"
    FRAMEWORKS = "a framework's own loop inside the run, each of its calls a step by itself"
    STATUS = "asking a run for its stage, its finished steps and what it waits for"


def _activities(plan: Plan) -> tuple[str, ...]:
    return tuple(a.name for a in plan.recorded if not a.local)


def _waits(plan: Plan) -> tuple[str, ...]:
    return tuple(w.name for w in plan.waits)


ASKED: Mapping[Feature, Callable[[Plan], tuple[str, ...]]] = {
    Feature.FINAL_ERRORS: lambda plan: tuple(a.name for a in plan.recorded if a.retry.attempts.value > 1),
    Feature.PAUSES: lambda plan: tuple(a.name for a in plan.recorded if a.retry.attempts.value > 1),
    Feature.WHOLE_TIME: _activities,
    Feature.HEARTBEAT: _activities,
    Feature.REFUSING: _waits,
    Feature.LONG_WAIT: lambda plan: (*_waits(plan), *(["timers"] if _has_timer(plan) else [])),
    Feature.LONG_LOOP: lambda plan: tuple(a.name for a in plan.recorded if a.in_loop),
    Feature.FRAMEWORKS: lambda plan: tuple(run.activity for run in plan.runs),
    Feature.STATUS: lambda plan: (plan.entry.symbol,),
}
"""Which parts of a plan ask for a feature; none if nothing does."""


def _has_timer(plan: Plan) -> bool:
    return any(account.becomes is Becomes.TIMER for account in plan.ledger)


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine. `lost`: what it does not have, and what to do instead; `environment`: what is read there only."""

    name: str
    facts: str
    environment: tuple[str, ...]
    lost: Mapping[Feature, str]
    writes_projects: bool = False


ENGINES: Mapping[str, Engine] = {
    engine.name: engine
    for engine in (
        Engine(
            "temporal",
            "temporalio 1.35",
            (
                "TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or a profile (TEMPORAL_PROFILE): where the run is kept",
                "TEMPORAL_API_KEY and TEMPORAL_TLS_...: who may reach it",
                "PAYLOAD_STORE: where large values are kept, with a reference in the history",
                "PAYLOAD_KEYS: the keys by which everything that is stored is encrypted",
            ),
            {},
            writes_projects=True,
        ),
        Engine(
            "mistral",
            "mistralai-workflows 3.16",
            (
                "SERVER_URL, TEMPORAL_SERVER_URL and TEMPORAL_NAMESPACE: where the run is kept, at Mistral by default",
                "MISTRAL_API_KEY: who may reach it",
                "TEMPORAL_PAYLOAD_ENCRYPTION__MODE and __MAIN_KEY: without them what steps give is stored in clear",
            ),
            {
                Feature.FINAL_ERRORS: "every error is tried again; a step that must not be has one attempt",
                Feature.PAUSES: "only the factor between pauses can be given",
                Feature.WHOLE_TIME: "only one attempt has a limit: a step may take that long times its attempts",
                Feature.REFUSING: "a decision is checked against its type when it is taken, and for nothing else",
                Feature.LONG_WAIT: "a run ends after an hour unless execution_timeout is set to more than its waits",
                Feature.FRAMEWORKS: "its plugins know Mistral's own agents only: the whole loop is one step",
            },
        ),
        Engine(
            "dbos",
            "dbos 3.4",
            ("DBOS_SYSTEM_DATABASE_URL, or the configuration: the database in which the run is kept",),
            {
                Feature.PAUSES: "the first pause and the factor can be given, the longest cannot",
                Feature.WHOLE_TIME: "only one attempt and the whole run have a limit",
                Feature.HEARTBEAT: "a step goes on when its process is started again; until then nobody notices",
                Feature.REFUSING: "a message is taken as it comes: the workflow has to look at it",
                Feature.FRAMEWORKS: "it has no plugin for this framework: the whole loop is one step",
                Feature.LONG_LOOP: "the loop has to start a workflow anew after some turns",
                Feature.STATUS: "the workflow publishes events, which can be read from the database",
            },
        ),
    )
}


def looked_at(plan: Plan, name: str) -> Target:
    """What of this plan an engine does not have. Raises KeyError for a name that is not in ENGINES."""
    engine = ENGINES[name]
    asked = {feature: ASKED[feature](plan) for feature in engine.lost}
    lost = tuple(Lost(feature.value, asked[feature], engine.lost[feature]) for feature in Feature if asked.get(feature))
    return Target(engine.name, engine.writes_projects, lost, engine.environment, engine.facts)
