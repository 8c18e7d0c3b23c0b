"""Assessments made by hand: one as a team would get it, one that is too big, one with nothing in it."""

from __future__ import annotations

from assess.model.assessment import SCHEMA_VERSION, Assessment, Pipeline, Recommendation, Target, Tool
from assess.model.finding import Axis, Category, Finding, Need, Severity
from assess.model.flow import Flow, FlowType, Role
from assess.model.graph import Edge, EdgeKind, Held
from assess.model.observed import Handler, HandlerKind, Observed
from assess.model.score import (
    Answer,
    Answers,
    CrashCost,
    CrashEngine,
    CrashRow,
    Effort,
    ScoreLine,
    Scores,
    ThrownAway,
    Verdict,
    When,
)
from assess.model.source import ExcerptLine, Skipped, TrailStop, Unresolved
from assess.model.step import (
    Confidence,
    Effect,
    Kind,
    Region,
    Retry,
    RetryBy,
    Step,
    Timeout,
    TimeoutFrom,
    Via,
    Visit,
)
from assess.model.woven import Entry, Trigger, TriggerKind

FILE = "claims_triage/pipeline.py"


def step(name: str, kind: Kind, place: tuple[str, int], function: str, call: str, target: str | None, **more) -> Step:
    """A step with one visit, unless `visits` are given."""
    via = (Via(FILE, 30, "triage_claim"),)
    more.setdefault("visits", (Visit(f"{name}@1", via, conditional=more.get("conditional", False)),))
    return Step(
        id=name,
        file=place[0],
        line=place[1],
        column=8,
        end_line=place[1] + 3,
        cell=None,
        function=function,
        call=call,
        target=target,
        kind=kind,
        **more,
    )


def claims_steps() -> tuple[Step, ...]:
    """The steps of a claims triage, as teams write it."""
    ask = "claims_triage/llm.py"
    sdk = Timeout(set=False, seconds=600.0, source=TimeoutFrom.DEFAULT)
    us = Region(endpoint="api.openai.com", jurisdiction="US", fixed_in_code=False, setting=None)
    eu = Region(endpoint="api.mistral.ai", jurisdiction="EU", fixed_in_code=True)
    return (
        step("load", Kind.FILE, ("claims_triage/intake.py", 18), "load_claim", "path.read_text", "pathlib.Path.read_text",
             effect=Effect.READ),
        step("ocr", Kind.MODEL, ("claims_triage/intake.py", 41), "read_scan", "client.ocr.process",
             "mistralai.Mistral.ocr.process", provider="mistral", effect=Effect.READ, billed=True, conditional=True,
             region=eu, timeout=sdk),
        step("extract", Kind.MODEL, (ask, 33), "ask", "self._client.chat.completions.create",
             "openai.OpenAI.chat.completions.create", provider="openai", effect=Effect.READ, billed=True, in_parallel=True,
             timeout=sdk, retry=Retry(set=False, attempts=3, by=RetryBy.SDK, stacked=9), region=us,
             visits=(
                 Visit("extract@1", (Via(FILE, 40, "triage_claim"), Via("claims_triage/extract.py", 22, "extract_entities")),
                       in_parallel=True, in_loop=True),
                 Visit("extract@2", (Via(FILE, 66, "triage_claim"), Via("claims_triage/letters.py", 14, "draft_letter"))),
             )),
        step("classify", Kind.MODEL, ("claims_triage/classify.py", 27), "classify_claim", "mistral.chat.complete",
             "mistralai.Mistral.chat.complete", provider="mistral", effect=Effect.READ, billed=True,
             timeout=Timeout(set=True, seconds=30.0, source=TimeoutFrom.CLIENT),
             retry=Retry(set=True, attempts=3, by=RetryBy.TENACITY), region=eu),
        step("fraud", Kind.HTTP, ("claims_triage/fraud.py", 19), "check_fraud_register", "httpx.get", "httpx.get",
             effect=Effect.READ, region=Region(endpoint="https://fraud.example.net", setting="FRAUD_URL")),
        step("ask_reviewer", Kind.HUMAN, ("claims_triage/approval.py", 12), "ask_reviewer", "httpx.post", "httpx.post",
             effect=Effect.WRITE, idempotency_key=False, conditional=True),
        step("poll_reviewer", Kind.HUMAN, ("claims_triage/approval.py", 24), "wait_for_decision", "httpx.get", "httpx.get",
             effect=Effect.READ, in_loop=True, conditional=True),
        step("sleep", Kind.WAIT, ("claims_triage/approval.py", 28), "wait_for_decision", "time.sleep", "time.sleep",
             effect=Effect.READ, in_loop=True, conditional=True),
        step("auto", Kind.DATABASE, ("claims_triage/store.py", 52), "auto_approve", "session.execute",
             "sqlalchemy.orm.Session.execute", effect=Effect.IDEMPOTENT_WRITE, conditional=True),
        step("crm", Kind.SAAS, ("claims_triage/crm.py", 44), "update_crm", "self.http.post", "httpx.Client.post",
             provider="hubspot", effect=Effect.WRITE, idempotency_key=False,
             region=Region(endpoint="https://api.hubapi.com", jurisdiction="US", fixed_in_code=True)),
        step("row", Kind.DATABASE, ("claims_triage/store.py", 31), "save_decision", "session.commit",
             "sqlalchemy.orm.Session.commit", effect=Effect.WRITE),
        step("archive", Kind.OBJECT_STORE, ("claims_triage/store.py", 77), "archive_documents", "s3.put_object",
             "boto3.client.s3.put_object", provider="aws", effect=Effect.IDEMPOTENT_WRITE),
        step("mail", Kind.MESSAGE, ("claims_triage/notify.py", 21), "notify_customer", "smtp.send_message",
             "smtplib.SMTP.send_message", effect=Effect.WRITE, idempotency_key=False),
    )


def node(kind: FlowType, line: int, *children: Flow, end: int = 0, **more) -> Flow:
    """A node of the flow in the pipeline's own file."""
    return Flow(kind, FILE, line, end or line + 5, children=children, **more)


def visit(name: str, line: int = 30) -> Flow:
    return Flow(FlowType.VISIT, FILE, line, line, visit=name)


def call(label: str, *children: Flow, **more) -> Flow:
    return node(FlowType.CALL, 30, *children, label=label, **more)


def sequence(*children: Flow, **more) -> Flow:
    return node(FlowType.SEQUENCE, 30, *children, **more)


def claims_flow() -> Flow:
    documents = node(FlowType.PARALLEL, 38, call("extract_entities", visit("extract@1")),
                     label="asyncio.gather: document in claim.documents")
    approval = node(FlowType.LOOP, 23, sequence(visit("poll_reviewer@1"), visit("sleep@1")), label="while not decision")
    return sequence(
        call("load_claim", visit("load@1")),
        node(FlowType.BRANCH, 34, call("read_scan", visit("ocr@1"), role=Role.THEN), label="claim.is_scanned"),
        documents,
        call("classify_claim", visit("classify@1")),
        node(FlowType.TRY, 44, sequence(visit("fraud@1"), role=Role.BODY),
             node(FlowType.SEQUENCE, 46, end=47, role=Role.EXCEPT, label="httpx.HTTPError")),
        node(FlowType.BRANCH, 50,
             call("review", visit("ask_reviewer@1"), approval, role=Role.THEN),
             call("auto_approve", visit("auto@1"), role=Role.ELSE),
             label="claim.amount > settings.review_limit"),
        visit("extract@2"), visit("crm@1"), visit("row@1"), visit("archive@1"), visit("mail@1"),
    )


def finding(name: str, check: str, axis: Axis, severity: Severity, place: tuple[str, int], message: str, **more) -> Finding:
    more.setdefault("confidence", Confidence.HIGH)
    more.setdefault("category", Category.MANDATORY)
    more.setdefault("effort", 1.0)
    more.setdefault("needs", ())
    more.setdefault("step", None)
    more.setdefault("end_line", place[1])
    more.setdefault("pipeline", "triage-claim-3f2a")
    return Finding(id=name, check=check, axis=axis, severity=severity, file=place[0], line=place[1], cell=None,
                   message=message, **more)


def lines(first: int, *texts: str) -> tuple[ExcerptLine, ...]:
    return tuple(ExcerptLine(first + number, text) for number, text in enumerate(texts))


def claims_findings() -> tuple[Finding, ...]:
    run, see, place = Axis.RESUMABILITY, Axis.VISIBILITY, Axis.REGION
    return (
        finding("f01", "in-process-wait", run, Severity.HIGH, ("claims_triage/approval.py", 23),
                "The run waits for a reviewer in a loop that lives in the process. A restart forgets that it waited "
                "and asks the reviewer again.",
                end_line=28, needs=(Need.DURABLE_WAIT,), effort=2.0, step="poll_reviewer",
                trail=(TrailStop(FILE, 52, "the claim goes to review"),
                       TrailStop("claims_triage/approval.py", 12, "the reviewer is asked"),
                       TrailStop("claims_triage/approval.py", 23, "the process waits here, with no limit")),
                excerpt=lines(21, "def wait_for_decision(self, claim_id: str) -> str:", "    decision = None",
                              "    while not decision:",
                              '        decision = httpx.get(f"{self.url}/reviews/{claim_id}").json()["decision"]',
                              "        if decision is None:", '            log.info("still waiting for %s", claim_id)',
                              "", "            time.sleep(30)", "    return decision")),
        finding("f02", "unkeyed-write", run, Severity.HIGH, ("claims_triage/crm.py", 44),
                "The CRM is written without an idempotency key. A repeat after a crash adds the note a second time.",
                end_line=47, needs=(Need.IDEMPOTENCY_KEY,), step="crm",
                trail=(TrailStop(FILE, 70, "update_crm is called"),
                       TrailStop("claims_triage/crm.py", 44, "the write leaves the process")),
                excerpt=lines(42, "def update_crm(self, claim: Claim, decision: str) -> None:",
                              '    note = {"claim": claim.id, "decision": decision}',
                              '    self.http.post(f"{self.base}/notes", json=note,',
                              '        headers={"Authorization": "Bearer ********"},', "        timeout=None,", "    )",
                              "    self.seen += 1")),
        finding("f03", "unkeyed-write", run, Severity.HIGH, ("claims_triage/notify.py", 21),
                "The mail is sent without a record that it was sent. A repeat sends it twice.",
                needs=(Need.IDEMPOTENCY_KEY,), step="mail",
                excerpt=lines(19, 'message["To"] = claim.email', "with smtplib.SMTP(host) as smtp:",
                              "    smtp.send_message(message)")),
        finding("f04", "silent-drop", see, Severity.HIGH, (FILE, 46),
                "An error of the fraud register is swallowed and the run goes on as if the check had passed.",
                end_line=47, needs=(Need.ERROR_PATH,), effort=0.5,
                excerpt=lines(43, "# The register is often down on Mondays.", "try:",
                              "    claim.fraud = check_fraud_register(claim)", "except httpx.HTTPError:",
                              "    claim.fraud = None", "")),
        finding("f05", "no-status", see, Severity.MEDIUM, (FILE, 30),
                "No record of a run is stored before its end. Nobody can list the runs that are under way or failed.",
                needs=(Need.STATUS,), excerpt=lines(29, '@app.post("/claims")', "def triage_claim(claim_id: str) -> Decision:")),
        finding("f06", "no-timeout", run, Severity.MEDIUM, ("claims_triage/llm.py", 33),
                "This code sets no time-out for the model call. The SDK's default of 600 seconds applies to each of 9 attempts.",
                needs=(Need.TIMEOUT,), effort=0.5, step="extract", category=Category.OPTIONAL,
                excerpt=lines(31, "def ask(self, prompt: str) -> str:", '    """One question, one answer."""',
                              "    reply = self._client.chat.completions.create(", "        model=self.model,",
                              '        messages=[{"role": "user", "content": prompt}],', "    )")),
        finding("f07", "stacked-retries", run, Severity.LOW, ("claims_triage/llm.py", 33),
                "Two layers retry this call: 3 attempts of the SDK times 3 of the loop around it are 9 paid calls.",
                needs=(Need.RETRY,), effort=0.5, step="extract", confidence=Confidence.MEDIUM, category=Category.OPTIONAL),
        finding("f08", "fixed-endpoint", place, Severity.MEDIUM, ("claims_triage/crm.py", 12),
                "The host api.hubapi.com is written into the code. The region cannot be chosen by configuration.",
                needs=(Need.REGION_SETTING,), effort=0.5, step="crm", category=Category.POTENTIAL,
                excerpt=lines(11, "class Crm:", '    base = "https://api.hubapi.com/crm/v3"')),
        finding("f09", "unpinned-region", place, Severity.LOW, ("claims_triage/llm.py", 17),
                "Content goes to the SDK's default host. The code does not show in which region it is processed.",
                needs=(Need.REGION_SETTING,), effort=0.5, step="extract", confidence=Confidence.LOW,
                category=Category.POTENTIAL, excerpt=lines(17, "self._client = OpenAI()")),
        finding("f20", "no-retry", run, Severity.MEDIUM, ("claims_triage/digest.py", 22),
                "A rate limit ends the nightly digest, and nothing starts it again before the next night.",
                needs=(Need.RETRY,), pipeline="nightly-digest-91bc", step="summarise"),
    )  # fmt: skip


def crash_table(order: list[str], writes: set[str], people: set[str], billed: set[str]) -> tuple[CrashRow, ...]:
    """What the real table would say of a run in which nothing is stored before the end."""
    rows: list[CrashRow] = []
    for number, at in enumerate(order):
        for when in (When.DURING, When.AFTER):
            done = order[: number + (when is When.AFTER)]
            flight = (at,) if when is When.DURING and at in writes else ()
            rows.append(
                CrashRow(
                    at,
                    when,
                    CrashEngine.NONE,
                    repeated=tuple(done),
                    duplicated=tuple(v for v in done if v in writes),
                    lost=("decision",) if "poll_reviewer@1" in done else (),
                    asked_again=tuple(v for v in done if v in people),
                    thrown_away=ThrownAway(len(done), sum(v in billed for v in done), 30.0 if "sleep@1" in done else None),
                    may=CrashCost(duplicated=flight),
                )
            )
            rows.append(
                CrashRow(
                    at,
                    when,
                    CrashEngine.DURABLE,
                    repeated=(at,) if when is When.DURING else (),
                    thrown_away=ThrownAway(int(when is When.DURING), int(when is When.DURING and at in billed), 0.0),
                    may=CrashCost(duplicated=flight),
                )
            )
    return tuple(rows)


def answers(resume: Answer, visible: Answer, region: Answer) -> Answers:
    return Answers(resume=resume, visible=visible, region=region)


def claims_pipeline() -> Pipeline:
    flow = claims_flow()
    order = list(flow.visits())
    data = (("load@1", "extract@1", "claim"), ("load@1", "crm@1", "claim"), ("extract@1", "classify@1", "entities"),
            ("classify@1", "extract@2", "category"), ("extract@2", "mail@1", "letter"), ("load@1", "archive@1", "claim"))  # fmt: skip
    edges = [Edge(a, b, EdgeKind.NEXT) for a, b in zip(order, order[1:], strict=False)]
    edges += [Edge(a, b, EdgeKind.DATA, None, (v,), Held.MEMORY, {v: "Claim" if v == "claim" else None}) for a, b, v in data]
    line = ScoreLine
    return Pipeline(
        id="triage-claim-3f2a",
        name="Triage claim",
        entry=Entry(FILE, 30, None, "claims_triage.pipeline.triage_claim"),
        triggers=(Trigger(TriggerKind.HTTP, "POST /claims"),),
        frameworks=("plain", "fastapi"),
        ai=True,
        chain=True,
        durable_engine="none",
        flow=flow,
        steps=claims_steps(),
        edges=tuple(edges),
        observed=Observed(
            handlers=(
                Handler(HandlerKind.EXCEPT, FILE, 46, 47, None, "triage_claim", ("httpx.HTTPError",), leaves="None",
                        guards=("fraud@1",)),
            )
        ),  # fmt: skip
        answers=answers(
            Answer(Verdict.NO, ("f01", "f02", "f03"),
                   "A crash starts the run again from the first step; nothing of it is stored before the end."),
            Answer(Verdict.PARTIAL, ("f04", "f05"), "Log lines tell most steps, but no stored record says which runs failed."),
            Answer(Verdict.UNKNOWN, ("f08", "f09"), "The CRM's host is fixed; where OpenAI processes the content, the code does not show."),
        ),  # fmt: skip
        scores=Scores(18, 46, 55, 78, (
            line("resumability", 100, "base"), line("resumability", -34, "waits for a person in memory", "f01"),
            line("resumability", -20, "writes without a key", "f02"), line("resumability", -18, "writes without a key", "f03"),
            line("resumability", -7, "no time-out of its own", "f06"), line("resumability", -3, "retries multiply", "f07"),
            line("visibility", 100, "base"), line("visibility", -34, "swallows an error", "f04"),
            line("visibility", -20, "no stored record of a run", "f05"),
            line("region", 100, "base"), line("region", -30, "host fixed in code", "f08"),
            line("region", -15, "default endpoint", "f09"),
            line("risk", 24, "spans 7 systems"), line("risk", 20, "4 writes to other systems"),
            line("risk", 16, "2 places where a person is asked"), line("risk", 10, "5 paid calls"),
            line("risk", 12, "words of money or duty: claim"), line("risk", 12, "2 effects that cannot be taken back"),
            line("risk", -16, "likelihood 8 of 10: in-process-wait, no-timeout, silent-drop and unkeyed-write"))),  # fmt: skip
        crash_table=crash_table(order, {"ask_reviewer@1", "crm@1", "row@1", "mail@1"}, {"ask_reviewer@1", "poll_reviewer@1"},
                                {"ocr@1", "extract@1", "extract@2", "classify@1"}),  # fmt: skip
        effort=Effort(6.5, ("13 steps become activities", "one approval becomes a durable wait", "three writes need a key")),
    )


def small_pipeline(
    number: str, name: str, verdicts: tuple[Verdict, Verdict, Verdict], risk: int, engine: str = "none", *, chain: bool = True
) -> Pipeline:
    """A pipeline of one or two steps."""
    steps = [step("summarise", Kind.MODEL, ("claims_triage/digest.py", 22), "summarise_day", "client.chat.complete",
                  "mistralai.Mistral.chat.complete", provider="mistral", effect=Effect.READ, billed=True)]  # fmt: skip
    if chain:
        steps.append(step("post", Kind.MESSAGE, ("claims_triage/digest.py", 35), "post_to_slack", "slack.chat_postMessage",
                          "slack_sdk.WebClient.chat_postMessage", provider="slack", effect=Effect.WRITE))  # fmt: skip
    resume, visible, region = (Answer(verdict, (), f"The code shows this much: {verdict.value}.") for verdict in verdicts)
    order = [v.id for s in steps for v in s.visits]
    return Pipeline(
        id=number, name=name, entry=Entry("claims_triage/digest.py", 15, None, "claims_triage.digest.main"),
        triggers=(Trigger(TriggerKind.SCHEDULE, "0 2 * * *"),), frameworks=("plain",), ai=True, chain=chain,
        durable_engine=engine, flow=sequence(*(visit(v) for v in order)), steps=tuple(steps),
        edges=tuple(Edge(a, b, EdgeKind.NEXT) for a, b in zip(order, order[1:], strict=False)), observed=Observed(),
        answers=answers(resume, visible, region),
        scores=Scores(60 if engine == "none" else 95, 40, 80, risk),
        crash_table=crash_table(order, {"post@1"}, set(), {"summarise@1"}), effort=Effort(1.5, ("two steps become activities",)),
    )  # fmt: skip


def claims() -> Assessment:
    """Four pipelines of a claims team; the first is the one to move."""
    yes, partial, no, unknown = Verdict.YES, Verdict.PARTIAL, Verdict.NO, Verdict.UNKNOWN
    return Assessment(
        SCHEMA_VERSION,
        Tool("lastgood", "0.1.0"),
        Target("claims_triage", "4a90549c0ffee", 14, 1312, {FILE: "0" * 64},
               (Skipped("legacy/old_import.py", "does not parse: line 12, Python 2 print statement"),),
               (Unresolved("claims_triage/fraud.py", 33, "partner.score",
                           'looks external; add: [[call]] target = "partner.Client.score"'),)),
        (
            claims_pipeline(),
            small_pipeline("nightly-digest-91bc", "Nightly digest", (partial, no, unknown), 41),
            small_pipeline("settle-claim-77aa", "Settle claim", (yes, yes, yes), 6, "temporal"),
            small_pipeline("ask-once-0001", "Suggest wording", (no, no, unknown), 12, chain=False),
        ),
        claims_findings(),
        answers(
            Answer(no, ("f01", "f02", "f20"), "One of 3 chains goes on after a crash. The others start again or lose the run."),
            Answer(partial, ("f04", "f05"), "Runs leave log lines; only one pipeline keeps a record of each run."),
            Answer(unknown, ("f08",), "One host is fixed in code. For two providers the code does not show the region."),
        ),
        Recommendation("triage-claim-3f2a", (
            "It has the highest risk of all chains: 78 of 100.",
            "It spans 7 systems, and a person waits in the middle of it.",
            "A crash after the CRM update writes the CRM twice and asks the reviewer again.")),
    )  # fmt: skip


def empty() -> Assessment:
    """A code base in which nothing leaves the process."""
    none = Answer(Verdict.UNKNOWN, (), "No pipeline was found, so there is nothing to answer for.")
    return Assessment(SCHEMA_VERSION, Tool("lastgood", "0.1.0"), Target("quiet", None, 3, 40), (), (),
                      answers(none, none, none), Recommendation(None, ("No chain was found.",)))  # fmt: skip


def nest(depth: int, names: list[str]) -> Flow:
    """Loops in branches in tries, `depth` deep, with a step at each level."""
    here = visit(names.pop(0))
    if depth == 0 or not names:
        return here
    inside = sequence(here, nest(depth - 1, names), role=Role.THEN if depth % 3 == 1 else Role.BODY)
    if depth % 3 == 0:
        return node(FlowType.LOOP, 40 + depth, inside, label=f"for item in level_{depth}", bound="10" if depth > 3 else None)
    if depth % 3 == 1:
        return node(FlowType.BRANCH, 40 + depth, inside, label=f"depth > {depth}")
    handler = sequence(*([visit(names.pop(0))] if names else []), role=Role.EXCEPT, label="TimeoutError")
    last = sequence(*([visit(names.pop(0))] if names else []), role=Role.FINALLY)
    return node(FlowType.TRY, 40 + depth, inside, handler, last)


def big_flow() -> tuple[Flow, tuple[Step, ...]]:
    """Forty steps: nesting five deep, a fan-out ten wide, a graph declared by arrows, and the rest in a row."""
    kinds = list(Kind)
    steps = tuple(
        step(f"s{n}", kinds[n % len(kinds)], ("deep/package/with/a/long/path/module_number.py", 10 + n), f"do_the_thing_{n}",
             f"client.call_{n}", f"sdk.Client.call_{n}", effect=list(Effect)[n % 4], billed=n % 3 == 0)
        for n in range(40)
    )  # fmt: skip
    names = [v.id for s in steps for v in s.visits]
    nested = nest(5, take := names[:9])
    wide = node(FlowType.BRANCH, 60, *(visit(v) for v in names[9:19]), label="kind of document")
    declared = node(
        FlowType.GRAPH, 70, *(visit(v) for v in names[19:25]), label="StateGraph(Review)",
        arrows=((-1, 0, None), (0, 1, None), (0, 2, "needs_search"), (1, 3, None), (2, 3, None), (3, 0, "try again"),
                (3, 4, "done"), (1, 5, None), (4, -2, None), (5, -2, None)),
    )  # fmt: skip
    rest = [visit(v) for v in [*take, *names[25:]]]
    return sequence(nested, wide, declared, *rest), steps


def stress() -> Assessment:
    """Twelve pipelines of forty steps."""
    flow, steps = big_flow()
    order = list(flow.visits())
    table = crash_table(order, set(order[::4]), set(order[1::9]), set(order[::3]))
    verdicts = list(Verdict)
    pipelines = []
    for n in range(12):
        three = [Answer(verdicts[(n + k) % 4], (), "A sentence that says what the code shows of this pipeline.") for k in range(3)]
        pipelines.append(
            Pipeline(f"big-{n}", f"Ingest and review a very long contract, variant number {n}",
                     Entry("deep/package/with/a/long/path/module_number.py", 9, None, f"deep.module.run_variant_{n}"),
                     (Trigger(TriggerKind.QUEUE, "contracts.incoming.high-priority"),), ("plain", "langgraph"), True, True,
                     "none", flow, steps,
                     tuple(Edge(order[k], order[k + 5], EdgeKind.DATA, None, (f"value_{k}",), Held.MEMORY)
                           for k in range(0, 34, 2)),
                     Observed(), answers(*three), Scores(5 * n, 4 * n, 100 - 3 * n, 99 - 7 * n), table,
                     Effort(12.0, ("forty steps",)))
        )  # fmt: skip
    found = tuple(
        finding(f"b{n}-{k}", "unkeyed-write", Axis.RESUMABILITY, list(Severity)[k % 4],
                ("deep/package/with/a/long/path/module_number.py", 10 + k), "A write without a key can happen twice.",
                pipeline=f"big-{n}", step=f"s{k}", needs=(Need.IDEMPOTENCY_KEY,))
        for n in range(12) for k in range(0, 40, 3)
    )  # fmt: skip
    whole = Answer(Verdict.NO, (), "No chain goes on after a crash.")
    return Assessment(SCHEMA_VERSION, Tool("lastgood", "0.1.0"), Target("contracts", "abc", 310, 47000), tuple(pipelines),
                      found, answers(whole, whole, whole), Recommendation("big-0", ("It has the highest risk.",)))  # fmt: skip
