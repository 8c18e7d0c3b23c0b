"""python -m outside --write-addresses FILE: the examples' services, with the models and offices of the shapes."""

from __future__ import annotations

import sys

from services.__main__ import main

from .models import Models
from .offices import contracts, customers, shop

if __name__ == "__main__":
    sys.exit(main({"openai": Models(), "shop": shop(), "contracts": contracts(), "crm": customers()}))
