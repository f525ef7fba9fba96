package im.holm.platform.egress;

import im.holm.platform.http.Headers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One HTTP/1.1 connection to another server (RFC 9112). Not for use by two threads at once.
final class HttpConnection {
    private static final Duration READ_MAX = Duration.ofMinutes(10);
    private static final int LINE_BYTES_MAX = 16 * 1024;
    private static final int HEADERS_MAX = 256;
    private static final int INTERIM_ANSWERS_MAX = 8;
    private static final int WATCHED_BODY_BYTES = 32 * 1024;
    private static final int PEEK_MS = 1;

    private final Socket plain;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private long idleSince;
    private boolean fresh = true;
    private boolean reusable = true;

    /// @param plain the TCP socket
    /// @param socket the same, or TLS over it
    HttpConnection(Socket plain, Socket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        this.out = socket.getOutputStream();
    }

    /// An answer that went over the allowed size.
    static final class AnswerTooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        AnswerTooLarge() {
            super("the answer is too large");
        }
    }

    /// The connection ended before a byte of the answer came: on one that was kept open, the
    /// other side had probably closed it before it saw the request.
    static final class NoAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        NoAnswer(IOException cause) {
            super("the connection ended before an answer", cause);
        }
    }

    EgressResponse exchange(EgressRequest request, Deadline deadline) throws IOException {
        boolean reused = !fresh;
        fresh = false;
        reusable = false;
        try {
            write(request, deadline);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw reused ? new NoAnswer(e) : e;
        }
        String statusLine;
        try {
            statusLine = line(deadline);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw reused ? new NoAnswer(e) : e;
        }
        return read(request, statusLine, deadline);
    }

    boolean isReusable() {
        return reusable;
    }

    void parked() {
        idleSince = System.nanoTime();
    }

    Duration idle() {
        return Duration.ofNanos(System.nanoTime() - idleSince);
    }

    /// Whether the other side has not closed in the meantime: nothing may be readable on an
    /// idle connection.
    boolean isAlive() {
        try {
            socket.setSoTimeout(PEEK_MS);
            in.mark(1);
            in.read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Closes the TCP socket at once: TLS would wait for a writer that is stuck.
    void close() {
        try {
            plain.close();
        } catch (IOException e) {
            // It is gone in either case.
        }
    }

    private void write(EgressRequest request, Deadline deadline) throws IOException {
        byte[] body = request.body();
        StringBuilder head = new StringBuilder(512)
                .append(request.method())
                .append(' ')
                .append(request.path())
                .append(" HTTP/1.1\r\nHost: ")
                .append(request.hostHeader())
                .append("\r\n");
        for (Map.Entry<String, List<String>> field : request.headers().asMap().entrySet()) {
            for (String value : field.getValue()) {
                head.append(field.getKey()).append(": ").append(value).append("\r\n");
            }
        }
        if (!request.headers().has("User-Agent")) {
            head.append("User-Agent: Holm\r\n");
        }
        boolean takesBody = request.method().equals("POST")
                || request.method().equals("PUT")
                || request.method().equals("PATCH");
        if (body.length > 0 || takesBody) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        Thread watch = body.length > WATCHED_BODY_BYTES ? closeAt(deadline) : null;
        try {
            byte[] whole = new byte[headBytes.length + body.length];
            System.arraycopy(headBytes, 0, whole, 0, headBytes.length);
            System.arraycopy(body, 0, whole, headBytes.length, body.length);
            out.write(whole);
            out.flush();
        } catch (IOException e) {
            if (deadline.hasPassed()) {
                throw new SocketTimeoutException("sending took too long");
            }
            throw e;
        } finally {
            if (watch != null) {
                watch.interrupt();
            }
        }
    }

    /// Writing to a socket has no timeout of its own.
    private Thread closeAt(Deadline deadline) {
        return Thread.ofVirtual().name("egress-watch").start(() -> {
            try {
                Thread.sleep(Math.max(1, deadline.leftMs()));
                close();
            } catch (InterruptedException e) {
                // Sent in time.
            }
        });
    }

    private EgressResponse read(EgressRequest request, String firstLine, Deadline deadline)
            throws IOException {
        String statusLine = firstLine;
        for (int interim = 0; interim <= INTERIM_ANSWERS_MAX; interim++) {
            int status = status(statusLine);
            Headers headers = headers(deadline);
            if (status >= 200) {
                byte[] body = body(request, status, headers, deadline);
                reusable = reusable && keepsAlive(statusLine, headers);
                return new EgressResponse(status, headers, body);
            }
            if (status == 101) {
                break;
            }
            statusLine = line(deadline);
        }
        throw new IOException("too many interim answers");
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-9][0-9][0-9]( .*)?")) {
            throw new IOException("not an HTTP answer");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private static boolean keepsAlive(String statusLine, Headers headers) {
        String connection = String.join(",", headers.all("Connection")).toLowerCase(Locale.ROOT);
        return !connection.contains("close")
                && (statusLine.startsWith("HTTP/1.1") || connection.contains("keep-alive"));
    }

    private Headers headers(Deadline deadline) throws IOException {
        Headers headers = Headers.empty();
        for (int count = 0; count <= HEADERS_MAX; count++) {
            String line = line(deadline);
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                throw new IOException("not a header field");
            }
            try {
                headers = headers.plus(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        throw new AnswerTooLarge();
    }

    private byte[] body(EgressRequest request, int status, Headers headers, Deadline deadline)
            throws IOException {
        List<String> encodings = headers.all("Transfer-Encoding");
        List<String> lengths = headers.all("Content-Length").stream().distinct().toList();
        if (request.method().equals("HEAD") || status == 204 || status == 304) {
            reusable = true;
            return new byte[0];
        }
        if (!encodings.isEmpty()) {
            if (encodings.size() > 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
                throw new IOException("an unknown transfer encoding");
            }
            byte[] body = chunks(request.responseBytesMax(), deadline);
            reusable = lengths.isEmpty();
            return body;
        }
        if (lengths.isEmpty()) {
            return untilEnd(request.responseBytesMax(), deadline);
        }
        if (lengths.size() > 1 || !lengths.getFirst().matches("[0-9]{1,18}")) {
            throw new IOException("the answer's length is ambiguous");
        }
        long length = Long.parseLong(lengths.getFirst());
        if (length > request.responseBytesMax()) {
            throw new AnswerTooLarge();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.min(length, 64 * 1024));
        copy(length, body, deadline);
        reusable = true;
        return body.toByteArray();
    }

    private byte[] chunks(long bytesMax, Deadline deadline) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line(deadline);
            int semicolon = line.indexOf(';');
            String size = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
            if (!size.matches("[0-9a-fA-F]{1,8}")) {
                throw new IOException("not the size of a chunk");
            }
            long length = Long.parseLong(size, 16);
            if (length == 0) {
                for (int trailers = 0; !line(deadline).isEmpty(); trailers++) {
                    if (trailers > HEADERS_MAX) {
                        throw new AnswerTooLarge();
                    }
                }
                return body.toByteArray();
            }
            if (body.size() + length > bytesMax) {
                throw new AnswerTooLarge();
            }
            copy(length, body, deadline);
            if (!line(deadline).isEmpty()) {
                throw new IOException("a chunk is longer than it says");
            }
        }
    }

    private byte[] untilEnd(long bytesMax, Deadline deadline) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        while (true) {
            socket.setSoTimeout(deadline.timeoutMs(READ_MAX));
            int read = in.read(buffer);
            if (read < 0) {
                return body.toByteArray();
            }
            if (body.size() + read > bytesMax) {
                throw new AnswerTooLarge();
            }
            body.write(buffer, 0, read);
        }
    }

    private void copy(long length, ByteArrayOutputStream body, Deadline deadline)
            throws IOException {
        byte[] buffer = new byte[Math.clamp(length, 1, 16 * 1024)];
        for (long left = length; left > 0; ) {
            socket.setSoTimeout(deadline.timeoutMs(READ_MAX));
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("the answer broke off");
            }
            body.write(buffer, 0, read);
            left -= read;
        }
    }

    private String line(Deadline deadline) throws IOException {
        StringBuilder line = new StringBuilder(64);
        socket.setSoTimeout(deadline.timeoutMs(READ_MAX));
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("the connection ended");
            }
            if (c == '\n') {
                int length = line.length();
                boolean carriageReturn = length > 0 && line.charAt(length - 1) == '\r';
                return carriageReturn ? line.substring(0, length - 1) : line.toString();
            }
            if (line.length() >= LINE_BYTES_MAX) {
                throw new AnswerTooLarge();
            }
            if (line.length() % 1024 == 1023) {
                socket.setSoTimeout(deadline.timeoutMs(READ_MAX));
            }
            line.append((char) c);
        }
    }
}
