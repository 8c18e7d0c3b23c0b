"""What changes where a run begins: a diff against the legacy files, proposed and never applied."""
