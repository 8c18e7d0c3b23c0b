"""Source tree to assessment: what the pipelines of a code base are and what a crash costs them."""
