"""The pytest plug-in: assertions on the cost of prompts."""
