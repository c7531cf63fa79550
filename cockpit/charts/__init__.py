"""One chart a function, frames in, specifications out; one theme."""
