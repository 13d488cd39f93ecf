"""Five small sets that nothing is tuned on: the judge of light that is right for any set (`openstage bench light`)."""
