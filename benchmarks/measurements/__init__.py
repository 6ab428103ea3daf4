"""One file for each measurement; each says what it compares with what."""
