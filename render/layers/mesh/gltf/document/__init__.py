"""The JSON of a glTF 2.0 file as it is checked: one file for each subject. Pure."""
