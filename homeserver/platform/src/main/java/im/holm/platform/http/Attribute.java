package im.holm.platform.http;

/// The typed name of something that one layer attaches to a request or a WebSocket session for the
/// next, such as the caller that an access token stands for. Two attributes are equal only when
/// they are the same object.
public final class Attribute<T> {
    private final String name;
    private final Class<T> type;

    private Attribute(String name, Class<T> type) {
        this.name = name;
        this.type = type;
    }

    public static <T> Attribute<T> of(String name, Class<T> type) {
        return new Attribute<>(name, type);
    }

    /// The value as this attribute's type.
    public T cast(Object value) {
        return type.cast(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
