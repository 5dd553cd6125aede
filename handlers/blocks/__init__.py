"""Pure Block Kit builders: values in, blocks out."""
