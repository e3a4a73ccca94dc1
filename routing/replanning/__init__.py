"""Parts of re-planning: what happened, what cannot be changed any more, what remains, and the whole plan again."""
