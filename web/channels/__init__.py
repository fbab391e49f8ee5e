"""The messaging apps people already use."""
