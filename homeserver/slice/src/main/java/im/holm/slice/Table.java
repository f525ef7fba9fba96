package im.holm.slice;

import java.util.Objects;

/// What has to be known of a table so that data can be kept, exported and erased by rule.
///
/// @param retention in words: how long a row stays
/// @param erasure what happens to a user's rows on erasure; required if the owner is a user
/// @param export SQL with one parameter `:user_nid` that lists a user's rows; required if the owner
/// is a user
public record Table(String name, Owner owner, String retention, String erasure, String export) {

    public enum Owner {
        ROOM,
        USER,
        SERVER
    }

    public Table {
        Objects.requireNonNull(name);
        Objects.requireNonNull(owner);
        Objects.requireNonNull(retention);
        Objects.requireNonNull(erasure);
        Objects.requireNonNull(export);
        if (owner == Owner.USER && (erasure.isBlank() || export.isBlank())) {
            throw new IllegalArgumentException(
                    "table " + name + " belongs to a user: it needs an erasure and an export");
        }
    }
}
