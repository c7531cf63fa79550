"""The parts of the page 乡镇看板: stations beside their modules, and what is urged."""
