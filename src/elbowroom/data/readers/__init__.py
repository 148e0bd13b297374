"""Readers, one kind of source a file. To add one, copy a file and change it: it is found."""
