"""`python -m function MODULE`: another program on what the image holds; the migrations are one."""

from __future__ import annotations

import sys

from function import become

if __name__ == "__main__":
    become(*sys.argv[1:])
