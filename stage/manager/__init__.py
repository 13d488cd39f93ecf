"""The manager: starts the processes of a stage by module name, keeps them up, and ends them all."""
