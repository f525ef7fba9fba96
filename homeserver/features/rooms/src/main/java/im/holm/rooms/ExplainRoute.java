package im.holm.rooms;

import im.holm.engine.RoomReader;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.EventId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.receipt.ExplanationJson;
import im.holm.slice.AdminGate;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;

import java.util.List;
import java.util.Optional;

/// Why this server took an event as it did, for the local command line (`holm explain`):
///
/// - `GET /_holm/admin/v1/explain?event_id=`: 200 with [ExplanationJson] and `stored`
///   (`standing`, `number`), or 404 `M_NOT_FOUND`.
final class ExplainRoute {

    private final RoomReader rooms;
    private final AdminGate gate;

    ExplainRoute(RoomReader rooms, AdminGate gate) {
        this.rooms = rooms;
        this.gate = gate;
    }

    List<ClientRoute> routes() {
        return List.of(ClientRoute.open(
                Method.GET,
                "/_holm/admin/v1/explain",
                new Documented("explainEvent", "holm", "ExplainTest"),
                gate.behind(this::explain)));
    }

    private Response explain(Request request) {
        Optional<EventId> event = request.query().first("event_id").flatMap(EventId::parse);
        if (event.isEmpty()) {
            return Response.of(Problem.of(ErrorCode.INVALID_PARAM, "'event_id' is no event id"));
        }
        return rooms.explain(event.get())
                .map(explained -> Response.json(
                        200,
                        ExplanationJson.of(explained.explanation())
                                .with(
                                        "stored",
                                        JsonObject.builder()
                                                .put("standing", explained.standing())
                                                .put("number", explained.ev())
                                                .build())))
                .orElseGet(() -> Response.of(Problem.of(
                        ErrorCode.NOT_FOUND, "this server has no event " + event.get())));
    }
}
