"""Named queries over the views, typed functions around them, and the measures they feed."""
