#!/usr/bin/env python3
"""Runs every command of PolicyHub, in a .venv of its own where Django is not at hand."""

from __future__ import annotations

import runpy
import sys

from policyhub.runtime import bootstrap

if __name__ == "__main__":
    bootstrap.enter(sys.argv)
    runpy.run_module("policyhub.runtime.launch", run_name="__main__")
