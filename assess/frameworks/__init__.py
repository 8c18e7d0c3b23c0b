"""What frameworks start and run, declared as data: one file a family, no driver of its own."""
