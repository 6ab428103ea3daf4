"""Sign-on by a district's own providers: set up, spoken to, and what comes of who they name."""
