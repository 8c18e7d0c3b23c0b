"""An assessment as SARIF 2.1.0 (OASIS, errata 01), in the way that code scanning services read it."""

from reports.sarif.log import render_sarif

__all__ = ["render_sarif"]
