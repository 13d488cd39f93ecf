"""The proof: parallax, witness picture, coherence and latency, measured on the drawn pixels."""
