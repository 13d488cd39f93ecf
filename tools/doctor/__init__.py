"""What is wrong with a machine that is to run a stage."""
