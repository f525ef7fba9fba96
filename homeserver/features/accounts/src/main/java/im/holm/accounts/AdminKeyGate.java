package im.holm.accounts;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.slice.AdminGate;
import im.holm.slice.ClientRoute;

/// Opens to who holds the [AdminKey].
record AdminKeyGate(AdminKey key) implements AdminGate {

    @Override
    public ClientRoute.OpenHandler behind(ClientRoute.OpenHandler handler) {
        return request -> opened(request, handler);
    }

    private Response opened(Request request, ClientRoute.OpenHandler handler) {
        if (request.header("Authorization").isEmpty()) {
            return Response.of(Problem.of(ErrorCode.MISSING_TOKEN));
        }
        return key.opens(request)
                ? handler.handle(request)
                : Response.of(Problem.of(ErrorCode.UNKNOWN_TOKEN, "This is not the admin key."));
    }
}
