"""Traces to pipelines: entries with their triggers, flow, steps with visits, edges, and what checks need besides."""
