"""Pictures that sets bring: files in, scene-linear light out."""
