"""What a set holds, drawn and reported."""
