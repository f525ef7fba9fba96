package im.holm.rooms;

import com.github.benmanes.caffeine.cache.Cache;

import im.holm.platform.cache.Caches;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Storing filters and reading them back (client-server API, "Filtering").
final class Filters {

    private static final double SHARE = 0.01;

    private final FilterTable table;
    /// A filter never changes once it has its number.
    private final Cache<Key, JsonObject> known;

    private record Key(long userNid, int filterId) {}

    Filters(FilterTable table, Caches caches) {
        this.table = table;
        this.known = caches.weighed(
                "filters",
                SHARE,
                (Key _, JsonObject filter) -> 4 * JsonWriter.write(filter).length);
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/user/{userId}/filter",
                        new Documented("defineFilter", "r0", "FilterTest"),
                        this::define),
                ClientRoute.user(
                        Method.GET,
                        "/_matrix/client/v3/user/{userId}/filter/{filterId}",
                        new Documented("getFilter", "r0", "FilterTest"),
                        this::get));
    }

    private Response define(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Optional<UserId> user = body.parameters(http).path("userId", UserId::parse);
        if (http.body().length > Filter.FILTER_MAX_BYTES) {
            body.refuse(ErrorCode.INVALID_PARAM, "The filter is too long.");
        }
        Filter.read(body);
        if (body.failed()) {
            return body.failure();
        }
        if (!user.orElseThrow().equals(caller.user())) {
            return Answers.forbidden("Filters are one's own.");
        }
        OptionalInt id = table.store(caller.userNid(), body.object());
        return id.isPresent()
                ? Answers.object("filter_id", Integer.toString(id.getAsInt()))
                : Response.of(Problem.of(
                        ErrorCode.USER_LIMIT_EXCEEDED,
                        "There are " + FilterTable.FILTERS_MAX + " filters already."));
    }

    private Response get(Caller caller, Request http) {
        Parameters parameters = Parameters.of(http);
        Optional<UserId> user = parameters.path("userId", UserId::parse);
        if (parameters.failed()) {
            return parameters.failure();
        }
        if (!user.orElseThrow().equals(caller.user())) {
            return Answers.forbidden("Filters are one's own.");
        }
        return find(caller, http.param("filterId"))
                .map(Answers::json)
                .orElseGet(() -> Answers.notFound("There is no such filter."));
    }

    Optional<JsonObject> find(Caller caller, String filterId) {
        return number(filterId)
                .map(id -> known.get(
                        new Key(caller.userNid(), id),
                        key -> table.find(key.userNid(), key.filterId()).orElse(null)));
    }

    private static Optional<Integer> number(String text) {
        boolean digits = !text.isEmpty()
                && text.length() <= 9
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }
}
