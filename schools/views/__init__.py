"""The pages that lead into a district."""
