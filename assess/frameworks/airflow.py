"""Airflow: which names declare a DAG, a group or an order, and which settings of a task say how it is run."""

from assess.frameworks.rules import words

ROOT = "airflow"
PLANS = words("DAG")
GROUPS = words("TaskGroup")
IN_ORDER = words("chain chain_linear")
ACROSS = words("cross_downstream")
OPERATOR_ENDINGS = ("Operator", "Sensor", "OperatorAsync", "SensorAsync")
BASES = words("BaseOperator BaseSensorOperator BaseHook")
TASK = "task"
"""The decorator, and what comes before the dot in `@task.agent`."""
GROUP_DECORATOR = "task_group"
DAG_DECORATOR = "dag"
EXECUTES = ("execute", "poke", "choose_branch", "pre_execute")
CALLABLES = ("python_callable",)
MAPPED = words("expand expand_kwargs")
PREPARED = words("partial override")
TIMEOUTS = ("execution_timeout", "response_timeout", "timeout")
