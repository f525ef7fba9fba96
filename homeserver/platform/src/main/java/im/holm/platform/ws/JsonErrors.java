package im.holm.platform.ws;

import im.holm.platform.error.ErrorCode;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// What Jetty itself refuses (a malformed request, too many headers), as JSON like everything else.
final class JsonErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        ErrorCode code = switch (response.getStatus()) {
            case 404 -> ErrorCode.UNRECOGNIZED;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 408 -> ErrorCode.REQUEST_TIMEOUT;
            case 414 -> ErrorCode.URI_TOO_LONG;
            case 431 -> ErrorCode.HEADERS_TOO_LARGE;
            case 503 -> ErrorCode.UNAVAILABLE;
            case 505 -> ErrorCode.HTTP_VERSION;
            default -> response.getStatus() >= 500 ? ErrorCode.UNKNOWN : ErrorCode.BAD_REQUEST;
        };
        PlainRequests.answer(request, response, callback, code, code.description());
        return true;
    }
}
