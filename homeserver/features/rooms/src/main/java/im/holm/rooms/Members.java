package im.holm.rooms;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.Membership;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.state.StateMap;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Kernel;
import im.holm.slice.Parameters;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Who is in a room (client-server API, "GET /rooms/{roomId}/members" and `joined_members`).
final class Members {

    private final InstantSource time;
    private final RoomAccess access;
    private final Places places;

    Members(Kernel kernel, RoomAccess access, Places places) {
        this.time = kernel.time();
        this.access = access;
        this.places = places;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/rooms/{roomId}/members",
                        new Documented("getMembersByRoom", "r0", "MembersTest"),
                        this::members),
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/rooms/{roomId}/joined_members",
                        new Documented("getJoinedMembersByRoom", "r0", "MembersTest"),
                        this::joinedMembers));
    }

    private Response members(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        Optional<Membership> only = parameters.query("membership", Membership::ofWire);
        Optional<Membership> not = parameters.query("not_membership", Membership::ofWire);
        Optional<Places.Place> at = parameters.query("at", places::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        return switch (access.readable(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                RoomView view = readable.view();
                int snap = at.isPresent() && readable.joined()
                        ? Places.snapAt(view, at.get())
                        : readable.snap();
                Predicate<StoredEvent> wanted = event -> {
                    Optional<Membership> membership = RoomAccess.membershipOf(event);
                    return membership.isPresent()
                            && (only.isEmpty() || only.equals(membership))
                            && (not.isEmpty() || !not.equals(membership));
                };
                var rendition =
                        new Rendition(view, caller, time.millis(), Rendition.Form.WITH_ROOM_ID);
                var out = new JsonOut();
                out.beginObject().key("chunk");
                rendition.writeState(
                        out, memberEvents(view, snap).stream().filter(wanted).toList());
                yield Answers.json(out.endObject());
            }
        };
    }

    /// In the order in which this server learned of them.
    static List<StoredEvent> memberEvents(RoomView view, int snap) {
        if (snap == 0) {
            return List.of();
        }
        StateMap state = view.state(snap);
        IntStream.Builder evs = IntStream.builder();
        state.forEach((key, ev) -> {
            if (key.type().equals(EventTypes.MEMBER)) {
                evs.add(ev);
            }
        });
        return view.events(evs.build().sorted().toArray());
    }

    private Response joinedMembers(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                var out = new JsonOut();
                out.beginObject().key("joined").beginObject();
                memberEvents(readable.view(), readable.snap()).stream()
                        .filter(event -> RoomAccess.membershipOf(event)
                                .filter(Membership.JOIN::equals)
                                .isPresent())
                        .sorted(Comparator.comparing(
                                event -> event.row().stateKey().orElse("")))
                        .forEach(event -> writeMember(out, event));
                yield Answers.json(out.endObject().endObject());
            }
        };
    }

    private static void writeMember(JsonOut out, StoredEvent event) {
        out.key(event.row().stateKey().orElse("")).beginObject();
        event.content().string("displayname").ifPresent(name -> out.field("display_name", name));
        event.content().string("avatar_url").ifPresent(url -> out.field("avatar_url", url));
        out.endObject();
    }
}
