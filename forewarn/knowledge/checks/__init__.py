"""What one file alone cannot show: whether the files of the knowledge fit together.

Each module checks one thing and yields every problem it finds.
"""
