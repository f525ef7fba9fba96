package im.holm.federation.remote;

import im.holm.federation.call.Call;
import im.holm.federation.call.CallOutcome;
import im.holm.federation.call.ServerCalls;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.RemoteUsers;
import im.holm.slice.UserSource.Profile;

import java.util.List;
import java.util.Optional;

/// Profiles and aliases of other servers ("Querying for information").
public final class UserQueries implements RemoteUsers {
    private static final String QUERY = "/_matrix/federation/v1/query/";
    private static final long ANSWER_MAX_BYTES = 256 * 1024;
    private static final int NAME_CHARS_MAX = 1_000;
    private static final int SERVERS_MAX = 50;

    private final ServerCalls calls;

    public UserQueries(ServerCalls calls) {
        this.calls = calls;
    }

    @Override
    public Optional<Profile> profile(UserId user) {
        return ask(user.server(), "profile?user_id=" + Call.encoded(user))
                .map(body -> new Profile(
                        body.string("displayname").filter(name -> name.length() <= NAME_CHARS_MAX),
                        body.string("avatar_url")
                                .filter(url -> url.startsWith("mxc://"))
                                .filter(url -> url.length() <= NAME_CHARS_MAX)));
    }

    @Override
    public Optional<Resolved> resolve(RoomAlias alias) {
        return ask(alias.server(), "directory?room_alias=" + Call.encoded(alias))
                .flatMap(UserQueries::resolved);
    }

    private static Optional<Resolved> resolved(JsonObject body) {
        List<ServerName> servers =
                body.array("servers").flatMap(JsonArray::strings).orElse(List.of()).stream()
                        .limit(SERVERS_MAX)
                        .flatMap(name -> ServerName.parse(name).stream())
                        .toList();
        return body.string("room_id")
                .flatMap(RoomId::parse)
                .map(room -> new Resolved(room, servers));
    }

    private Optional<JsonObject> ask(ServerName server, String query) {
        CallOutcome outcome =
                calls.call(Call.get(server, QUERY + query).answeredInAtMost(ANSWER_MAX_BYTES));
        return outcome instanceof CallOutcome.Answered(JsonObject body)
                ? Optional.of(body)
                : Optional.empty();
    }
}
