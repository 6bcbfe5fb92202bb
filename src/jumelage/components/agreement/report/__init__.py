"""The annual report: one record, two languages, every figure tied to its evidence."""
