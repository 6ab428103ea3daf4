"""What the pages of a district ask for, a form each."""
