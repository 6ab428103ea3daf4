"""What a school decides to do, and what becomes of it. Nothing else writes commitments."""
