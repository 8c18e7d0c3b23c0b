"""Claims triage: from a folder of documents to a decision that the customer hears of."""
