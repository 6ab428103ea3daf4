"""How a language writes dates and numbers, where Django's own ways would mislead our readers."""
