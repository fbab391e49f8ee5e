"""The conversation: Rasa Open Source 3.6.21 behind a channel of our own, met over HTTP only."""
