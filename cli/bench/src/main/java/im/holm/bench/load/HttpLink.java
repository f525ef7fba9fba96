package im.holm.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

import javax.net.ssl.SSLSocketFactory;

/// One HTTP/1.1 connection that is kept open and opened again when it was lost; for one thread.
/// The body of an answer stays in its buffer until the next request.
final class HttpLink implements AutoCloseable {
    private static final int CONNECT_MS_MAX = 10_000;
    private static final int BUFFER_BYTES = 8_192;
    private static final int BODY_BYTES_MAX = 256 << 20;

    private final URI server;
    private final int port;
    private volatile Socket socket;
    private InputStream in;
    private OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private byte[] body = new byte[BUFFER_BYTES];
    private int bodyLength;
    private int retryAfter_s;
    private volatile boolean closed;

    HttpLink(URI server) {
        this.server = server;
        boolean tls = server.getScheme().equals("https");
        this.port = server.getPort() > 0 ? server.getPort() : tls ? 443 : 80;
    }

    /// Sends and waits; gives the status.
    ///
    /// @param token empty: no Authorization
    /// @param content empty: no body
    int call(String method, String path, String token, byte[] content, int timeout_ms)
            throws IOException {
        try {
            open();
            socket.setSoTimeout(timeout_ms);
            out.write(request(method, path, token, content));
            return answer();
        } catch (IOException e) {
            drop();
            throw e;
        }
    }

    private byte[] request(String method, String path, String token, byte[] content) {
        String head = method + " " + server.getRawPath().replaceFirst("/$", "") + path
                + " HTTP/1.1\r\nHost: " + server.getHost() + ":" + port
                + (token.isEmpty() ? "" : "\r\nAuthorization: Bearer " + token)
                + (method.equals("GET")
                        ? ""
                        : "\r\nContent-Type: application/json\r\nContent-Length: " + content.length)
                + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = Arrays.copyOf(start, start.length + content.length);
        System.arraycopy(content, 0, whole, start.length, content.length);
        return whole;
    }

    byte[] body() {
        return body;
    }

    int bodyLength() {
        return bodyLength;
    }

    String text() {
        return new String(body, 0, bodyLength, StandardCharsets.UTF_8);
    }

    /// What the last answer's Retry-After said in seconds; 0 without.
    int retryAfter_s() {
        return retryAfter_s;
    }

    private void open() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (socket != null) {
            return;
        }
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(server.getHost(), port), CONNECT_MS_MAX);
            socket = server.getScheme().equals("https")
                    ? ((SSLSocketFactory) SSLSocketFactory.getDefault())
                            .createSocket(plain, server.getHost(), port, true)
                    : plain;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
        in = socket.getInputStream();
        out = socket.getOutputStream();
        from = 0;
        to = 0;
    }

    private int answer() throws IOException {
        String first = line();
        if (!first.startsWith("HTTP/1.") || first.length() < 12) {
            throw new IOException("no HTTP answer");
        }
        int length = -1;
        boolean chunked = false;
        boolean last = first.startsWith("HTTP/1.0");
        retryAfter_s = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            String name = header.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = header.substring(colon + 1).strip();
            switch (name) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" ->
                    chunked = value.toLowerCase(Locale.ROOT).contains("chunked");
                case "connection" -> last |= value.equalsIgnoreCase("close");
                case "retry-after" ->
                    retryAfter_s = value.matches("\\d{1,5}") ? number(value, 10) : 0;
                default -> {}
            }
        }
        bodyLength = 0;
        if (chunked) {
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                append(size);
                line();
            }
            line();
        } else {
            append(Math.max(0, length));
        }
        if (last || (length < 0 && !chunked)) {
            drop();
        }
        return number(first.substring(9, 12), 10);
    }

    private int chunkSize() throws IOException {
        String line = line();
        int end = line.indexOf(';');
        return number((end < 0 ? line : line.substring(0, end)).strip(), 16);
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int value = Integer.parseInt(text, radix);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IOException("no HTTP answer");
    }

    private void append(int count) throws IOException {
        if (count > BODY_BYTES_MAX - bodyLength) {
            throw new IOException("answer too large");
        }
        if (body.length < bodyLength + count) {
            body = Arrays.copyOf(body, Math.max(bodyLength + count, body.length * 2));
        }
        int left = count;
        int buffered = Math.min(left, to - from);
        System.arraycopy(buffer, from, body, bodyLength, buffered);
        from += buffered;
        bodyLength += buffered;
        left -= buffered;
        while (left > 0) {
            int read = in.read(body, bodyLength, left);
            if (read < 0) {
                throw new EOFException("the server hung up");
            }
            bodyLength += read;
            left -= read;
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder(64);
        while (true) {
            if (from == to) {
                from = 0;
                to = Math.max(0, in.read(buffer));
                if (to == 0) {
                    throw new EOFException("the server hung up");
                }
            }
            char c = (char) (buffer[from++] & 0xff);
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append(c);
            }
            if (line.length() > BUFFER_BYTES) {
                throw new IOException("no HTTP answer");
            }
        }
    }

    private void drop() {
        Socket gone = socket;
        socket = null;
        if (gone != null) {
            try {
                gone.close();
            } catch (IOException _) {
                // it is gone either way
            }
        }
    }

    /// From any thread; a request under way fails.
    @Override
    public void close() {
        closed = true;
        drop();
    }
}
