package im.holm.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One HTTP/1.1 connection that is kept open. Ten thousand of them cost the bench little, and it
/// knows from which address of loopback each comes: one address has too few ports for all.
final class Wire implements AutoCloseable {
    private static final int BUFFER_BYTES = 512;
    private static final int CONNECT_MS_MAX = 10_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final String host;
    private final String token;

    /// @param from the number of the local address, 127.0.0.1 and up
    Wire(URI server, String token, int from) throws IOException {
        this.host = server.getHost() + ":" + server.getPort();
        this.token = token;
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + (1 + from)), 0));
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_MS_MAX);
        this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    /// Asks and waits for the answer, which must be a good one.
    String call(String method, String path, String body) throws IOException {
        ask(method, path, body);
        return answer();
    }

    void ask(String method, String path, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nAuthorization: Bearer " + token
                + (content.length == 0
                        ? ""
                        : "\r\nContent-Type: application/json\r\nContent-Length: " + content.length)
                + "\r\n\r\n";
        var request = new ByteArrayOutputStream(head.length() + content.length);
        request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(content);
        socket.getOutputStream().write(request.toByteArray());
    }

    String answer() throws IOException {
        String status = line();
        int length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        byte[] body = chunked ? chunks() : in.readNBytes(length);
        String text = new String(body, StandardCharsets.UTF_8);
        if (!status.contains(" 200")) {
            throw new IOException(status + ": " + text);
        }
        return text;
    }

    /// Becomes a WebSocket, and sends one text frame; answers with what comes back first.
    String upgrade(String path, String frame) throws IOException {
        String head = "GET " + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade"
                + "\r\nSec-WebSocket-Key: aG9sbS1iZW5jaC1yZWFkIQ==\r\nSec-WebSocket-Version: 13"
                + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        String status = line();
        for (String header = line(); !header.isEmpty(); header = line()) {
            // of no interest
        }
        if (!status.contains(" 101")) {
            throw new IOException(status);
        }
        byte[] text = frame.getBytes(StandardCharsets.UTF_8);
        var masked = new ByteArrayOutputStream(text.length + 8);
        masked.write(0x81);
        masked.write(0x80 | 126);
        masked.write(text.length >> 8);
        masked.write(text.length);
        masked.writeBytes(new byte[4]); // a mask of zeros leaves the text as it is
        masked.writeBytes(text);
        socket.getOutputStream().write(masked.toByteArray());
        return frame();
    }

    private String frame() throws IOException {
        in.read();
        int length = in.read() & 0x7f;
        if (length == 126) {
            length = in.read() << 8 | in.read();
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        for (int size = size(); size > 0; size = size()) {
            body.writeBytes(in.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private int size() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server hung up");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is gone either way
        }
    }
}
