package im.holm.slice;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Response;

/// Opens routes of the admin API to whoever may administer this server from its own machine; the
/// accounts slice fills it.
public interface AdminGate {
    /// Opens to nobody: for a node without accounts.
    AdminGate CLOSED = handler -> request -> Response.of(Problem.of(ErrorCode.FORBIDDEN));

    /// The handler behind the gate.
    ClientRoute.OpenHandler behind(ClientRoute.OpenHandler handler);
}
