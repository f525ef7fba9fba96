package im.holm.slice;

import im.holm.platform.ws.WsEndpoint;

import java.util.List;
import java.util.Objects;

/// Something that answers on the gateway's listener.
///
/// @param path exact, from the root, e.g. `/v1/gateway`
public record WebSocket(String path, Opening opening) {

    public WebSocket {
        Objects.requireNonNull(path);
        Objects.requireNonNull(opening);
    }

    /// Makes the endpoint once all slices are there.
    public interface Opening {
        WsEndpoint open(Parts parts);

        /// The listener is open on this port: the configured one, or the free one that was
        /// picked.
        default void listening(int port) {}
    }

    /// What all slices together bring to a gateway.
    ///
    /// @param callers recognizes the tokens of every slice; never answers `Unknown`
    /// @param operations all, under their names
    public record Parts(
            CallerSource callers, List<Operation> operations, List<GatewayEvents> events) {

        public Parts {
            Objects.requireNonNull(callers);
            operations = List.copyOf(operations);
            events = List.copyOf(events);
        }
    }
}
