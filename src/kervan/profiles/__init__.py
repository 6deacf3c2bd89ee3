"""One profile per person: identifiers, resolving, traits."""
