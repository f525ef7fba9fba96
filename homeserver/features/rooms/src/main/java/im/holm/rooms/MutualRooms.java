package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Kernel;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// `GET /mutual_rooms`: rooms that one shares with another user.
final class MutualRooms {

    static final int PAGE_MAX = 100;

    private final Memberships memberships;
    private final RoomReader rooms;

    MutualRooms(Kernel kernel) {
        this.memberships = kernel.memberships();
        this.rooms = kernel.rooms();
    }

    ClientRoute route() {
        return ClientRoute.user(
                Method.GET,
                "/_matrix/client/v1/mutual_rooms",
                new Documented("getMutualRooms", "1.18", "MutualRoomsTest"),
                this::mutual);
    }

    private Response mutual(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<UserId> user = parameters.requiredQuery("user_id", UserId::parse);
        long from = parameters.query("from", MutualRooms::roomNid).orElse(0L);
        if (user.filter(caller.user()::equals).isPresent()) {
            parameters.refuse(ErrorCode.INVALID_PARAM, "That is yourself.");
        }
        if (parameters.failed()) {
            return parameters.failure();
        }
        Set<Long> theirs = joined(user.orElseThrow());
        List<Long> both =
                joined(caller.user()).stream().filter(theirs::contains).sorted().toList();
        List<Long> page =
                both.stream().filter(nid -> nid > from).limit(PAGE_MAX).toList();
        var answer = JsonObject.builder()
                .put(
                        "joined",
                        JsonArray.ofStrings(page.stream()
                                .flatMap(nid -> rooms.room(nid).stream())
                                .map(view -> view.identity().roomId().text())
                                .toList()))
                .put("count", both.size());
        if (!page.isEmpty() && !page.getLast().equals(both.getLast())) {
            answer.put("next_batch", "m" + page.getLast());
        }
        return Answers.json(answer.build());
    }

    private Set<Long> joined(UserId user) {
        return memberships.ofUser(user).stream()
                .filter(member -> member.membership() == Membership.JOIN)
                .map(StoredMember::roomNid)
                .collect(Collectors.toSet());
    }

    private static Optional<Long> roomNid(String token) {
        boolean number = token.length() > 1
                && token.length() < 18
                && token.charAt(0) == 'm'
                && token.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
        return number ? Optional.of(Long.parseLong(token.substring(1))) : Optional.empty();
    }
}
