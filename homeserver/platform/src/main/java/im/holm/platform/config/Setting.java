package im.holm.platform.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One configuration key: its name, how its value is read, what it is without one.
///
/// @param key dotted, such as `client.port`; underscores inside a part
/// @param kind how text becomes a value
/// @param fallback the value when nobody sets the key; [Fallback.Required] when somebody must
/// @param description one sentence for the configuration reference
/// @param secret whether the value is never shown
public record Setting<T>(
        String key, Kind<T> kind, Fallback<T> fallback, String description, boolean secret) {
    public Setting {
        if (!key.matches("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*")) {
            throw new IllegalArgumentException("not a configuration key: " + key);
        }
    }

    /// What a key is when nobody sets it.
    public sealed interface Fallback<T> {
        record Value<T>(T value) implements Fallback<T> {}

        /// The value of another setting.
        record Same<T>(Setting<T> other) implements Fallback<T> {}

        record Required<T>() implements Fallback<T> {}
    }

    public static <T> Setting<T> required(String key, Kind<T> kind, String description) {
        return new Setting<>(key, kind, new Fallback.Required<>(), description, false);
    }

    public static <T> Setting<T> of(String key, Kind<T> kind, T fallback, String description) {
        return new Setting<>(key, kind, new Fallback.Value<>(fallback), description, false);
    }

    /// A key that may be absent (`null` in the file).
    public static <T> Setting<Optional<T>> optional(String key, Kind<T> kind, String description) {
        return of(key, Kind.nullable(kind), Optional.empty(), description);
    }

    /// A key that is what another one is, unless it is set.
    public static <T> Setting<T> sameAs(String key, Setting<T> other, String description) {
        return new Setting<>(
                key, other.kind(), new Fallback.Same<>(other), description, other.secret());
    }

    public static <T> Setting<List<T>> list(
            String key, Kind<T> kind, List<T> fallback, String description) {
        return of(key, Kind.listOf(kind), List.copyOf(fallback), description);
    }

    /// The same setting, its value never shown.
    public Setting<T> asSecret() {
        return new Setting<>(key, kind, fallback, description, true);
    }

    /// `HOLM_CLIENT_PORT` for `client.port`.
    public String environmentName() {
        return "HOLM_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
