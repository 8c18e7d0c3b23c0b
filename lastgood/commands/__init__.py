"""One file a command: it reads options, calls the rooms, and hands the result to the console."""
