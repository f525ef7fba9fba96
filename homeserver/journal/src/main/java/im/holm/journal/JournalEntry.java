package im.holm.journal;

/// A fact at its place.
public record JournalEntry(long position, Fact fact) {}
