package im.holm.bench.load;

import java.nio.file.Path;

/// Where the users come from.
public sealed interface Credentials {
    /// Registered with `m.login.dummy`.
    record Open() implements Credentials {}

    /// Registered with `m.login.registration_token`.
    record RegistrationToken(String token) implements Credentials {}

    /// Access tokens of users that exist, one a line; what follows it in its line is passed
    /// over.
    record Tokens(Path file) implements Credentials {}
}
