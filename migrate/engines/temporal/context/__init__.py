"""What the templates are given, in one file for each idea; `whole.py` puts the parts together."""
