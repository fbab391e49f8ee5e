"""Graph components that Rasa trains and loads for us."""
