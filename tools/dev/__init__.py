"""For developers of OpenStage: checks, generated files, pictures of the documents. Not in the wheel."""
