package im.holm.journal;

import java.util.List;
import java.util.Objects;

/// Something that reads the journal with a durable cursor: push, search, appservices, the
/// federation sender.
///
/// Entries come in position order, at least once; the cursor moves after `reader` returned. A
/// cursor that is older than the journal's retention calls `rebuild` once and continues from now.
///
/// @param name of the cursor; unique in a node, never changed
public record Follower(String name, Reader reader, Rebuild rebuild) {

    /// Entries handed over at once, at most.
    public static final int BATCH_MAX = 512;

    public Follower {
        Objects.requireNonNull(name);
        Objects.requireNonNull(reader);
        Objects.requireNonNull(rebuild);
    }

    public interface Reader {
        void read(List<JournalEntry> entries);
    }

    public interface Rebuild {
        void rebuildFrom(Vector now);
    }
}
