"""The craft: routes from a concept to labelled parts."""
