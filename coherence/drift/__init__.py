"""The drift log: what doesn't fit our story, from the first report to the decision that ends it."""
