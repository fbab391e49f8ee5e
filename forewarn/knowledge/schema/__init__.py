"""The one schema of every file in ``knowledge/``.

Each class describes one kind of file or one record in it. Field descriptions are written for the
people who keep the files: they appear in error messages and in the staff guide.
"""
