package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.rooms.RoomSummaries.Child;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.FederationRoute;
import im.holm.slice.Parameters;
import im.holm.slice.RemoteUsers.Resolved;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Spaces, walked depth first, and what is told of a room before one is in it (client-server API,
/// "Spaces", `GET /hierarchy`, `GET /room_summary`; server-server API, "Spaces").
final class Spaces {

    static final int LIMIT_DEFAULT = 20;
    static final int LIMIT_MAX = 100;
    private static final int DEPTH_MAX = 20;

    /// Rooms of one walk, over all its pages: each page walks to where it begins.
    static final int ROOMS_MAX = 2_000;

    private static final String TEST = "SpacesTest";

    private final RoomSummaries summaries;
    private final RemoteSummaries remote;
    private final RoomNames names;
    private final RoomAccess access;

    Spaces(RoomSummaries summaries, RemoteSummaries remote, RoomNames names, RoomAccess access) {
        this.summaries = summaries;
        this.remote = remote;
        this.names = names;
        this.access = access;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v1/rooms/{roomId}/hierarchy",
                        new Documented("getSpaceHierarchy", "1.2", TEST),
                        this::hierarchy),
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v1/room_summary/{roomIdOrAlias}",
                        new Documented("getRoomSummary", "1.15", TEST),
                        this::summary));
    }

    List<FederationRoute> federationRoutes() {
        return List.of(FederationRoute.server(
                Method.GET,
                "/_matrix/federation/v1/hierarchy/{roomId}",
                new Documented("getSpaceHierarchy", "1.2", TEST),
                this::forServer));
    }

    private Response summary(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomNames.Name> name = parameters.path("roomIdOrAlias", RoomNames.Name::parse);
        List<ServerName> via = http.query().all("via").stream()
                .limit(10)
                .flatMap(text -> ServerName.parse(text).stream())
                .toList();
        if (parameters.failed()) {
            return parameters.failure();
        }
        Optional<Resolved> resolved = names.resolve(name.orElseThrow(), via);
        if (resolved.isEmpty()) {
            return notFound();
        }
        Optional<RoomView> known = summaries.known(resolved.get().room());
        Optional<JsonObject> summary = known.isPresent()
                ? known.filter(view -> summaries.mayKnow(caller.user(), view))
                        .map(summaries::summary)
                : remote.ask(resolved.get().room(), resolved.get().servers())
                        .map(RemoteSummaries.Told::summary)
                        .filter(told -> summaries.mayKnow(caller.user(), told));
        return summary.map(found ->
                        Answers.json(known.flatMap(view -> access.member(view, caller.user()))
                                .map(member -> found.with(
                                        "membership", member.membership().wire()))
                                .orElse(found)))
                .orElseGet(Spaces::notFound);
    }

    private static Response notFound() {
        return Answers.notFound("There is no such room, or it is not for you.");
    }

    private Response hierarchy(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        boolean suggestedOnly = parameters.bool("suggested_only", false);
        int limit = (int) parameters.integer("limit", 1, LIMIT_MAX).orElse(LIMIT_DEFAULT);
        int depth = (int) parameters.integer("max_depth", 0, DEPTH_MAX).orElse(DEPTH_MAX);
        int from = parameters
                .query("from", text -> offset(text, suggestedOnly, depth))
                .orElse(0);
        if (parameters.failed()) {
            return parameters.failure();
        }
        var walk = new Walk(caller.user(), suggestedOnly, depth, from + limit + 1);
        List<JsonObject> found = walk.from(room.orElseThrow());
        if (found.isEmpty()) {
            return Answers.forbidden("There is no such room, or it is not for you.");
        }
        int end = Math.min(found.size(), from + limit);
        var answer = JsonObject.builder()
                .put("rooms", JsonArray.of(found.subList(Math.min(from, end), end)));
        if (found.size() > end && end < ROOMS_MAX) {
            answer.put("next_batch", token(suggestedOnly, depth, end));
        }
        return Answers.json(answer.build());
    }

    /// Names what must not change between pages.
    private static String token(boolean suggestedOnly, int depth, int offset) {
        return (suggestedOnly ? "s" : "a") + depth + "_" + offset;
    }

    private static Optional<Integer> offset(String token, boolean suggestedOnly, int depth) {
        String start = token(suggestedOnly, depth, 0);
        String prefix = start.substring(0, start.length() - 1);
        String rest = token.startsWith(prefix) ? token.substring(prefix.length()) : "";
        boolean number = !rest.isEmpty()
                && rest.length() <= 5
                && rest.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Optional.of(Integer.parseInt(rest)) : Optional.empty();
    }

    /// One walk for one user.
    private final class Walk {

        private final UserId user;
        private final boolean suggestedOnly;
        private final int depthMax;
        private final int max;
        private final Set<RoomId> seen = new HashSet<>();
        private final Deque<Step> ahead = new ArrayDeque<>();

        private record Step(RoomId room, List<ServerName> via, int depth) {}

        /// @param children events, as they are told, of those that go on below
        private record Found(JsonObject summary, List<Child> children) {}

        Walk(UserId user, boolean suggestedOnly, int depthMax, int max) {
            this.user = user;
            this.suggestedOnly = suggestedOnly;
            this.depthMax = depthMax;
            this.max = Math.min(max, ROOMS_MAX);
        }

        List<JsonObject> from(RoomId root) {
            List<JsonObject> rooms = new ArrayList<>();
            ahead.push(new Step(root, List.of(), 0));
            while (!ahead.isEmpty() && rooms.size() < max) {
                Step step = ahead.pop();
                if (seen.add(step.room())) {
                    find(step).ifPresent(found -> rooms.add(visit(step, found)));
                }
            }
            return rooms;
        }

        private Optional<Found> find(Step step) {
            Optional<RoomView> view = summaries.known(step.room());
            if (view.isPresent()) {
                return view.filter(known -> summaries.mayKnow(user, known))
                        .map(known ->
                                new Found(summaries.summary(known), summaries.children(known)));
            }
            return remote.ask(step.room(), step.via())
                    .filter(told -> summaries.mayKnow(user, told.summary()))
                    .map(told -> new Found(told.summary(), told.children()));
        }

        private JsonObject visit(Step step, Found found) {
            List<Child> children = found.children().stream()
                    .filter(child -> !suggestedOnly || child.suggested())
                    .toList();
            if (step.depth() < depthMax) {
                for (Child child : children.reversed()) {
                    ahead.push(new Step(child.room(), child.via(), step.depth() + 1));
                }
            }
            return withChildren(found.summary(), children);
        }
    }

    private static JsonObject withChildren(JsonObject summary, List<Child> children) {
        return summary.with(
                "children_state",
                JsonArray.of(children.stream().map(Child::event).toList()));
    }

    /// The space and its children, as far as users of that server could come in.
    private Response forServer(ServerName origin, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        boolean suggestedOnly = parameters.bool("suggested_only", false);
        if (parameters.failed()) {
            return parameters.failure();
        }
        Optional<RoomView> view = summaries
                .known(room.orElseThrow())
                .filter(known -> summaries.mayKnow(origin, known));
        if (view.isEmpty()) {
            return Answers.notFound("There is no such room, or it is not for your server.");
        }
        List<Child> children = summaries.children(view.get()).stream()
                .filter(child -> !suggestedOnly || child.suggested())
                .toList();
        List<JsonObject> told = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        for (Child child : children) {
            summaries.known(child.room()).ifPresent(known -> {
                if (summaries.mayKnow(origin, known)) {
                    told.add(summaries.summary(known));
                } else {
                    closed.add(child.room().text());
                }
            });
        }
        return Answers.json(JsonObject.builder()
                .put("room", withChildren(summaries.summary(view.get()), children))
                .put("children", JsonArray.of(told))
                .put("inaccessible_children", JsonArray.ofStrings(closed))
                .build());
    }
}
