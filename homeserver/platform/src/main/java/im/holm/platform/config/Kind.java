package im.holm.platform.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// A type of configuration value: how it is read and how it is shown.
///
/// @param expected completes "expected ...", such as `a whole number from 0 to 65535`
/// @param read a value, or nothing when the text is not one
/// @param show as one would write it in the file
public record Kind<T>(String expected, Function<Raw, Optional<T>> read, Function<T, String> show) {
    public static Kind<String> text() {
        return ofText("text", Optional::of, Function.identity());
    }

    /// Text that a function understands.
    public static <T> Kind<T> ofText(
            String expected, Function<String, Optional<T>> read, Function<T, String> show) {
        return new Kind<>(
                expected,
                raw -> raw instanceof Raw.Text(String text) && !text.isBlank()
                        ? read.apply(text)
                        : Optional.empty(),
                show);
    }

    public static Kind<Integer> wholeNumber(int min, int max) {
        return ofText(
                "a whole number from " + min + " to " + max,
                text -> number(text, min, max),
                String::valueOf);
    }

    public static Kind<Integer> port() {
        return wholeNumber(0, 65535);
    }

    public static Kind<Boolean> bool() {
        return ofText(
                "true or false",
                text -> switch (text) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    case String _ -> Optional.empty();
                },
                String::valueOf);
    }

    /// One of an enum's constants, written in lower case.
    public static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
        List<E> constants = List.of(type.getEnumConstants());
        List<String> names = constants.stream().map(Kind::lower).toList();
        return ofText(
                "one of " + String.join(", ", names),
                text -> constants.stream()
                        .filter(each -> lower(each).equals(text))
                        .findFirst(),
                Kind::lower);
    }

    public static Kind<Path> path() {
        return ofText("a path", Kind::toPath, Path::toString);
    }

    /// An `http` or `https` URL without query and fragment; a final slash is dropped.
    public static Kind<URI> publicUrl() {
        return ofText("an http or https URL", Kind::toUrl, URI::toString);
    }

    public static <T> Kind<Optional<T>> nullable(Kind<T> kind) {
        return new Kind<>(
                kind.expected() + ", or null",
                raw -> raw instanceof Raw.Null
                        ? Optional.of(Optional.empty())
                        : kind.read().apply(raw).map(Optional::of),
                value -> value.map(kind.show()).orElse("null"));
    }

    /// A list in the file; in the environment its items with commas between them, an empty text
    /// being the empty list.
    public static <T> Kind<List<T>> listOf(Kind<T> kind) {
        return new Kind<>(
                "a list, each item " + kind.expected(),
                raw -> toList(kind, raw),
                values ->
                        "[" + String.join(", ", values.stream().map(kind.show()).toList()) + "]");
    }

    private static <T> Optional<List<T>> toList(Kind<T> kind, Raw raw) {
        List<String> items = switch (raw) {
            case Raw.Items(List<String> list) -> list;
            case Raw.Text(String text) -> splitAtCommas(text);
            case Raw.Null _, Raw.Other _ -> null;
        };
        if (items == null) {
            return Optional.empty();
        }
        List<T> values = new ArrayList<>();
        for (String item : items) {
            Optional<T> value = kind.read().apply(new Raw.Text(item));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            values.add(value.get());
        }
        return Optional.of(List.copyOf(values));
    }

    private static List<String> splitAtCommas(String text) {
        String bare = text.startsWith("[") && text.endsWith("]")
                ? text.substring(1, text.length() - 1)
                : text;
        return bare.isBlank() ? List.of() : List.of(bare.strip().split("\\s*,\\s*", -1));
    }

    private static Optional<Integer> number(String text, int min, int max) {
        if (!text.matches("-?[0-9]{1,9}")) {
            return Optional.empty();
        }
        int value = Integer.parseInt(text);
        return value < min || value > max ? Optional.empty() : Optional.of(value);
    }

    private static Optional<Path> toPath(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<URI> toUrl(String text) {
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean plain = uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
            return web && plain && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
