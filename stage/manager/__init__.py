"""The manager: starts the processes of a stage by module name, keeps them running, and ends them all."""
