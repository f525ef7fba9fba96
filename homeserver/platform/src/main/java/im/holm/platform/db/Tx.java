package im.holm.platform.db;

import org.jdbi.v3.core.Handle;

import java.util.Objects;

/// An open transaction, lent to who writes in it: commit and rollback are the lender's.
public record Tx(Handle handle) {

    public Tx {
        Objects.requireNonNull(handle);
    }
}
