"""LlamaIndex workflows: which names declare a workflow, its steps, its events and what waits for a person."""

from assess.frameworks.rules import words

ROOTS = ("workflows", "llama_index")
BASES = words("Workflow")
STEP = "step"
RUN = "run"
STARTS = words("StartEvent")
STOPS = words("StopEvent")
SENDS = words("send_event")
WAITS = words("wait_for_event")
HUMAN_ANSWERS = words("HumanResponseEvent")
RESOURCE = "Resource"
