"""What can go wrong in the laptop stack.

StackError
├── PortTaken
└── PartStopped
"""

from __future__ import annotations


class StackError(Exception):
    """The stack cannot go on; the message is one clear line for the person at the terminal."""


class PortTaken(StackError):
    """Another program listens on a port that a part needs; the message names the variable to change."""


class PartStopped(StackError):
    """A part of the stack ended by itself."""
