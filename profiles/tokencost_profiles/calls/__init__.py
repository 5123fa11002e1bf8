"""The model in the middle: calls, their content and usage, and how records of one become one."""
