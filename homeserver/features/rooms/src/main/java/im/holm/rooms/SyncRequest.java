package im.holm.rooms;

import im.holm.journal.Journal;
import im.holm.journal.SyncToken;
import im.holm.journal.Vector;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.http.Request;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.Ephemeral;
import im.holm.slice.Fields;
import im.holm.slice.Parameters;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a device asks of `/sync`, checked.
///
/// @param since what the device has seen; empty on an initial sync
/// @param fullState whether the whole state is wanted beside what is new
record SyncRequest(
        Caller caller,
        Optional<Since> since,
        Filter filter,
        boolean fullState,
        StateForm stateForm,
        Duration timeout) {

    static final Duration TIMEOUT_MAX = Duration.ofSeconds(120);

    static final int TIMELINE_LIMIT_DEFAULT = 10;
    static final int TIMELINE_LIMIT_MAX = 200;

    private static final List<String> PRESENCES = List.of("online", "offline", "unavailable");

    /// @param ephemeral what the device has seen of typing, 0 if the node has started since
    record Since(Vector cut, long ephemeral) {

        boolean covers(long position) {
            return cut.covers(position);
        }
    }

    sealed interface Reading {
        record Ok(SyncRequest request) implements Reading {}

        record Bad(Parameters flawed) implements Reading {}
    }

    static Reading read(
            Caller caller,
            Request http,
            Journal journal,
            long nowMs,
            Ephemeral ephemeral,
            Filters filters) {
        Parameters parameters = Parameters.of(http);
        Optional<Since> since = parameters
                .query(
                        "since",
                        text -> token(text)
                                .filter(token -> !token.isOfTheFuture(journal.visible(), nowMs)))
                .map(token -> new Since(
                        journal.cut(token),
                        token.bootId() == ephemeral.bootId() ? token.ephemeral() : 0));
        parameters.query("set_presence", text -> Optional.of(text).filter(PRESENCES::contains));
        long timeoutMs =
                parameters.integer("timeout", 0, TIMEOUT_MAX.toMillis()).orElse(0);
        var request = new SyncRequest(
                caller,
                since,
                filter(caller, parameters, filters),
                parameters.bool("full_state", false),
                StateForm.read(parameters),
                Duration.ofMillis(timeoutMs));
        return parameters.failed() ? new Reading.Bad(parameters) : new Reading.Ok(request);
    }

    int timelineLimit() {
        return Math.min(
                filter.timeline().limit().orElse(TIMELINE_LIMIT_DEFAULT), TIMELINE_LIMIT_MAX);
    }

    Rendition.Form form() {
        return filter.federationFormat()
                ? Rendition.Form.FEDERATION
                : Rendition.Form.WITHOUT_ROOM_ID;
    }

    private static Optional<SyncToken> token(String text) {
        return SyncToken.parse(text) instanceof SyncToken.Parsed.Valid(SyncToken token)
                ? Optional.of(token)
                : Optional.empty();
    }

    /// The id of a stored filter, or a filter itself.
    private static Filter filter(Caller caller, Parameters parameters, Filters filters) {
        Optional<String> text = parameters.query("filter");
        if (text.isEmpty()) {
            return Filter.ALL;
        }
        boolean inline = text.get().startsWith("{");
        Optional<JsonObject> json =
                inline ? Filter.object(text.get()) : filters.find(caller, text.get());
        if (json.isEmpty()) {
            parameters.refuse(
                    inline ? ErrorCode.NOT_JSON : ErrorCode.INVALID_PARAM,
                    inline ? "'filter' is not a JSON object" : "There is no such filter.");
            return Filter.ALL;
        }
        Fields fields = Fields.of(json.get());
        Filter filter = Filter.read(fields);
        fields.problem().ifPresent(flaw -> parameters.refuse(flaw.code(), flaw.message()));
        return filter;
    }
}
