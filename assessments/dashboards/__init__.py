"""What a district sees of its schools together: computed, kept, shown."""
