package im.holm.protocol.auth;

import im.holm.protocol.version.RoomVersion;

import java.util.Optional;

/// What an auth verdict rests on: a rule of the specification, or one of a room version of our
/// own.
public sealed interface AuthRule permits SpecRule, AuthRule.Own {
    /// What the rule is called, such as `member.join.banned`: the same in all room versions.
    String id();

    /// Its number in the version's list, such as `5.3.3`; empty for a rule that is not of that
    /// list.
    Optional<String> number(RoomVersion version);

    /// The rule as a person reads it: `5.3.3 member.join.banned`.
    default String label(RoomVersion version) {
        return number(version).map(number -> number + " " + id()).orElse(id());
    }

    default AuthVerdict allows() {
        return new AuthVerdict.Allowed(this);
    }

    /// @param reason for a person to read
    default AuthVerdict denies(String reason) {
        return new AuthVerdict.Denied(this, reason);
    }

    /// A rule that the specification does not have.
    record Own(String id) implements AuthRule {
        @Override
        public Optional<String> number(RoomVersion version) {
            return Optional.empty();
        }
    }
}
