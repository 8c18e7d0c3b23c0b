"""What each engine can do, and how a plan becomes a project for it."""
