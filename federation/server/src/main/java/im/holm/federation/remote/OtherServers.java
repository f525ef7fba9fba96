package im.holm.federation.remote;

import im.holm.federation.call.Call;
import im.holm.federation.call.CallOutcome;
import im.holm.federation.call.ServerCalls;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Servers;

/// Signed requests for other slices.
public final class OtherServers implements Servers {

    private final ServerCalls calls;

    public OtherServers(ServerCalls calls) {
        this.calls = calls;
    }

    @Override
    public Answer get(ServerName server, String path) {
        return ask(Call.get(server, path));
    }

    @Override
    public Answer post(ServerName server, String path, JsonObject body) {
        return ask(Call.post(server, path, body));
    }

    private Answer ask(Call call) {
        return switch (calls.call(call)) {
            case CallOutcome.Answered(JsonObject body) -> new Answer.Answered(body);
            case CallOutcome other -> new Answer.Failed(other.reason());
        };
    }
}
