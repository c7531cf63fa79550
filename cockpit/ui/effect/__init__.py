"""The page 监督成效: one module a section, each with `draw(scope, filters)`."""
