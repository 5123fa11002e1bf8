"""What was read of log files, kept between invocations: counts, names and hashed ids, no text.

An entry is a file's `Store`, before anything is settled or priced. It is taken only while the file
and the source of the readers are what they were; an appended file is read on from where it ended.
"""
