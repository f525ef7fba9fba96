package im.holm.journal;

import java.util.Objects;

/// Something that somebody must learn of, before it has its place.
///
/// @param scope the room or user number, as `kind` says
/// @param ref what within the scope, as `kind` says
public record Fact(FactKind kind, long scope, long ref) {

    public Fact {
        Objects.requireNonNull(kind);
    }
}
