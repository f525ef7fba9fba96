package im.holm.accounts;

import java.util.Optional;
import java.util.OptionalLong;

/// A row of `account`.
///
/// @param password PHC string; empty if nobody can sign in with one
/// @param deactivatedMs since when nobody can sign in any more
record Account(
        long userNid,
        String localpart,
        Optional<String> password,
        boolean admin,
        long createdMs,
        OptionalLong deactivatedMs) {

    boolean active() {
        return deactivatedMs.isEmpty();
    }
}
