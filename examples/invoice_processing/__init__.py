"""Invoice processing: from a scanned invoice in the bucket to a payment and a record of it."""
