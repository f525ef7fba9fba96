package im.holm.platform.ws;

import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.error.ProblemRendering;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.nio.ByteBuffer;

/// Answers whatever is not a WebSocket handshake on one of the paths: errors as JSON.
final class PlainRequests extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        answer(
                request,
                response,
                callback,
                ErrorCode.UNRECOGNIZED,
                "This port only speaks WebSocket");
        return true;
    }

    static void answer(
            Request request, Response response, Callback callback, ErrorCode code, String message) {
        String path = request.getHttpURI() == null
                ? ""
                : String.valueOf(request.getHttpURI().getPath());
        ProblemRendering rendering = ProblemRendering.ofPath(path);
        byte[] body = rendering.bytes(Problem.of(code, message));
        response.setStatus(code.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, rendering.contentType());
        response.getHeaders().put("Access-Control-Allow-Origin", "*");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
