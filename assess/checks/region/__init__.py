"""Checks of question 3: whether content and orchestration can stay where the owner chose."""
