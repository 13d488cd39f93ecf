"""The ground floor of OpenStage: words, maths, messages, the bus, and the house services."""
