"""Lenses in other programs' files: Unreal's .ulens, OpenCV's YAML and JSON, OpenTrackIO samples; and in ours."""
