"""The courtyard: halls, galleries, roofs and floors."""
