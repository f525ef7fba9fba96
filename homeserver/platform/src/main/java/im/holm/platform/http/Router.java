package im.holm.platform.http;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the route of a path: a tree of segments, where a literal goes before a place.
///
/// A trailing slash is looked up as written first (a place may be empty: state events have empty
/// keys), then without; and a template that ends in a slash is found without one too.
final class Router {
    /// Longer paths are unknown.
    static final int SEGMENTS_MAX = 64;

    private final Node root = new Node();

    Router(List<Route> routes) {
        Set<String> operations = new HashSet<>();
        for (Route route : routes) {
            if (!operations.add(route.operationId())) {
                throw new IllegalArgumentException(
                        "two operations are called " + route.operationId());
            }
            add(route);
        }
    }

    /// What a path and method lead to.
    sealed interface Match {
        record Found(Route route, Map<String, String> parameters) implements Match {}

        /// The path is known, with other methods.
        record WrongMethod(Set<Method> allowed) implements Match {}

        record UnknownPath() implements Match {}

        /// A percent escape cannot be read.
        record Malformed() implements Match {}
    }

    /// @param method nothing when the request's method is none that any route has
    Match find(Optional<Method> method, String rawPath) {
        if (!rawPath.startsWith("/")) {
            return new Match.UnknownPath();
        }
        List<String> segments = new ArrayList<>();
        for (String raw : rawPath.substring(1).split("/", SEGMENTS_MAX + 1)) {
            Optional<String> segment = Percent.decodeSegment(raw);
            if (segment.isEmpty()) {
                return new Match.Malformed();
            }
            segments.add(segment.get());
        }
        if (segments.size() > SEGMENTS_MAX) {
            return new Match.UnknownPath();
        }
        Set<Method> allowed = EnumSet.noneOf(Method.class);
        for (List<String> spelling : spellings(segments)) {
            Search search = new Search(method.orElse(null), spelling, allowed);
            Optional<Match> found = search.at(root, 0);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return allowed.isEmpty() ? new Match.UnknownPath() : new Match.WrongMethod(allowed);
    }

    private static List<List<String>> spellings(List<String> segments) {
        if (segments.size() > 1 && segments.getLast().isEmpty()) {
            return List.of(segments, segments.subList(0, segments.size() - 1));
        }
        return List.of(segments);
    }

    private void add(Route route) {
        Node node = root;
        List<PathTemplate.Segment> segments = route.path().segments();
        boolean endsInSlash = segments.size() > 1
                && segments.getLast().equals(new PathTemplate.Segment.Literal(""));
        for (PathTemplate.Segment segment :
                endsInSlash ? segments.subList(0, segments.size() - 1) : segments) {
            node = switch (segment) {
                case PathTemplate.Segment.Literal(String text) ->
                    node.literals.computeIfAbsent(text, _ -> new Node());
                case PathTemplate.Segment.Place _ -> node.place();
                case PathTemplate.Segment.Rest _ -> node.rest();
            };
        }
        if (node.routes.put(route.method(), route) != null) {
            throw new IllegalArgumentException(
                    "two routes for " + route.method() + " " + route.path());
        }
    }

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private final Map<Method, Route> routes = new EnumMap<>(Method.class);
        private Node place;
        private Node rest;

        private Node place() {
            place = place == null ? new Node() : place;
            return place;
        }

        private Node rest() {
            rest = rest == null ? new Node() : rest;
            return rest;
        }
    }

    /// One walk down the tree.
    private record Search(Method method, List<String> segments, Set<Method> allowed) {
        private Optional<Match> at(Node node, int depth) {
            if (depth == segments.size()) {
                return end(node);
            }
            Node literal = node.literals.get(segments.get(depth));
            Optional<Match> found = literal == null ? Optional.empty() : at(literal, depth + 1);
            if (found.isEmpty() && node.place != null) {
                found = at(node.place, depth + 1);
            }
            if (found.isEmpty() && node.rest != null) {
                found = end(node.rest);
            }
            return found;
        }

        private Optional<Match> end(Node node) {
            Route route = node.routes.get(method == Method.HEAD ? Method.GET : method);
            if (route == null) {
                allowed.addAll(node.routes.keySet());
                return Optional.empty();
            }
            return Optional.of(new Match.Found(route, parameters(route)));
        }

        private Map<String, String> parameters(Route route) {
            Map<String, String> parameters = new LinkedHashMap<>();
            List<PathTemplate.Segment> template = route.path().segments();
            for (int i = 0; i < template.size(); i++) {
                switch (template.get(i)) {
                    case PathTemplate.Segment.Literal _ -> {}
                    case PathTemplate.Segment.Place(String name) ->
                        parameters.put(name, segments.get(i));
                    case PathTemplate.Segment.Rest(String name) ->
                        parameters.put(
                                name, String.join("/", segments.subList(i, segments.size())));
                }
            }
            return parameters;
        }
    }
}
