"""What is said about a cycle, and when it is settled. Nothing else writes comments."""
