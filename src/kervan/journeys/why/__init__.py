"""Why: the story of one person in one journey, in sentences, and why not for who never entered."""
