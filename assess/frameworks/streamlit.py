"""Streamlit: a page runs from top to bottom again and again; what a person presses says which part acts."""

from assess.frameworks.rules import words

ROOT = "streamlit"
PRESSED = words("button form_submit_button chat_input")
"""Calls whose value is true in the one run that follows the press."""
