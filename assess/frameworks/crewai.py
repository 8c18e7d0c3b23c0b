"""CrewAI: which decorators make a crew of a class, and how the methods of a flow follow each other."""

from assess.frameworks.rules import words

ROOT = "crewai"
CREW_BASE = "CrewBase"
MEMBERS = {"agent": "agents", "task": "tasks"}
"""What the methods under these decorators give stands in these attributes of a crew's class."""
FLOWS = words("Flow")
STARTS = words("start")
FOLLOWS = words("listen router")
ROUTES = "router"
COMBINES = words("or_ and_")
TASK = "Task"
ASKS = "crewai.Task.human_input"
"""What the catalogue says of a task that is made with `human_input=True`."""
RUNS = words("kickoff kickoff_async akickoff")
