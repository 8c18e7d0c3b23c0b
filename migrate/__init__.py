"""A pipeline to a durable workflow project, and the proof that it survives."""
