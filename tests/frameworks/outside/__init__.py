"""The outside world of the shapes that run a framework: models that use tools, a shop, a contract office, a CRM."""
