package im.holm.e2ee.keys;

import im.holm.engine.Memberships;
import im.holm.journal.Journal;
import im.holm.journal.SyncToken;
import im.holm.journal.Vector;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Parameters;

import java.util.Optional;

/// `GET /keys/changes`: whose devices changed between two syncs.
final class KeyChangesRoute {

    private final DeviceLists lists;
    private final Memberships memberships;
    private final Journal journal;

    KeyChangesRoute(DeviceLists lists, Memberships memberships, Journal journal) {
        this.lists = lists;
        this.memberships = memberships;
        this.journal = journal;
    }

    ClientRoute route() {
        return ClientRoute.user(
                Method.GET,
                "/_matrix/client/v3/keys/changes",
                new Documented("getKeysChanges", "r0", "DeviceListTest"),
                this::changes);
    }

    private Response changes(Caller caller, Request request) {
        Parameters parameters = Parameters.of(request);
        Optional<SyncToken> from = parameters.requiredQuery("from", KeyChangesRoute::token);
        Optional<SyncToken> to = parameters.requiredQuery("to", KeyChangesRoute::token);
        if (parameters.failed()) {
            return parameters.failure();
        }
        Vector end = journal.cut(to.orElseThrow());
        // Never beyond what is visible: a token from before a restore may be.
        Vector visible = journal.visible();
        DeviceLists.Diff diff = lists.between(
                caller.user(),
                caller.userNid(),
                journal.cut(from.orElseThrow()),
                visible.covers(end) ? end : visible,
                memberships.ofUser(caller.user()),
                _ -> true);
        return Response.json(json(diff));
    }

    private static Optional<SyncToken> token(String text) {
        return SyncToken.parse(text) instanceof SyncToken.Parsed.Valid(SyncToken token)
                ? Optional.of(token)
                : Optional.empty();
    }

    static JsonObject json(DeviceLists.Diff diff) {
        return JsonObject.builder()
                .put("changed", JsonArray.ofStrings(diff.changed()))
                .put("left", JsonArray.ofStrings(diff.left()))
                .build();
    }
}
