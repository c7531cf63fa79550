"""The parts of the page 联络站: one village, its modules, its tasks, what was said of it, what it has made public."""
