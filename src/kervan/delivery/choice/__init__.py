"""The best channel and the best hour for each person, by how she and people like her reacted.

For whoever intends messages (journeys, broadcasts): give each intent a `wish.Wish` and call
`settle.settle(conn, vault, intents, wishes)` before `outbox.intend`, in the same transaction. It
puts the chosen channel first (the author's order stays behind it as the way to fall back), moves
`not_before_ms` to the chosen hour and the end of the message with it, and writes down why.
"""
