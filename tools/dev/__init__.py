"""For those who work on OpenStage: checks, generated files, pictures of the documents. Not in the wheel."""
