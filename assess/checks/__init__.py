"""Checks: woven pipelines in, findings out. One file is one check; they know values only, no syntax and no engine."""
