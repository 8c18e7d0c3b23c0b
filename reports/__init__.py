"""An assessment to something that people and machines read."""
