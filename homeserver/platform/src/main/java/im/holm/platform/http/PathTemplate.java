package im.holm.platform.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A path with named places, such as `/rooms/{roomId}/send/{eventType}/{txnId}`; each place stands
/// for one segment, which may hold any percent-encoded character, `%2F` included. A last place
/// `{name...}` takes all that follows.
///
/// @param text the template as written; also the route's name in metrics
public record PathTemplate(String text) {
    public PathTemplate {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a path starts with a slash: " + text);
        }
        Set<String> names = new HashSet<>();
        List<Segment> segments = segments(text);
        for (int i = 0; i < segments.size(); i++) {
            switch (segments.get(i)) {
                case Segment.Literal _ -> {}
                case Segment.Place place -> unique(names, place.name(), text);
                case Segment.Rest rest -> {
                    unique(names, rest.name(), text);
                    if (i != segments.size() - 1) {
                        throw new IllegalArgumentException(
                                "what takes the rest must be last: " + text);
                    }
                }
            }
        }
    }

    /// One part of a template between slashes.
    sealed interface Segment {
        record Literal(String text) implements Segment {}

        record Place(String name) implements Segment {}

        record Rest(String name) implements Segment {}
    }

    List<Segment> segments() {
        return segments(text);
    }

    private static void unique(Set<String> names, String name, String text) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("{" + name + "} appears twice: " + text);
        }
    }

    private static List<Segment> segments(String text) {
        List<Segment> segments = new ArrayList<>();
        for (String part : text.substring(1).split("/", -1)) {
            if (part.startsWith("{") && part.endsWith("...}")) {
                segments.add(new Segment.Rest(part.substring(1, part.length() - 4)));
            } else if (part.startsWith("{") && part.endsWith("}")) {
                segments.add(new Segment.Place(part.substring(1, part.length() - 1)));
            } else {
                segments.add(new Segment.Literal(part));
            }
        }
        return segments;
    }

    @Override
    public String toString() {
        return text;
    }
}
