"""Views: from a result of the layer below to a report. One file a command that needs one."""
