package im.holm.slice;

import im.holm.platform.http.Request;
import im.holm.platform.http.Response;

import java.util.Optional;

/// User-interactive authentication of somebody who is signed in already, for what a stolen access
/// token shall not do (client-server API, "User-Interactive Authentication API"); the accounts
/// slice fills it.
public interface Reauthentication {

    /// Asks for proof, or checks the proof that came. What was proven is good for this
    /// operation and this body only, once.
    ///
    /// @param operation names what is guarded, e.g. the spec's operation id
    /// @param body the request's, with its `auth`
    /// @return what to answer as long as there is no proof; empty once there is
    Optional<Response> demand(Caller caller, Request request, String operation, Fields body);
}
