package im.holm.platform.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;

/// What the server parses requests from. It bounds what the server's own reader would gather in
/// memory without end: the size line of a chunk, and a chunk.
final class ConnectionInput extends DataReader {
    private static final int CHUNK_LINE_BYTES_MAX = 4 * 1024;
    private static final int CHUNK_BYTES_MAX = 8 * 1024 * 1024;

    private final InputSource source;
    private int chunkBytesMax = CHUNK_BYTES_MAX;

    ConnectionInput(InputSource source) {
        super(source::next, false);
        this.source = source;
    }

    InputSource source() {
        return source;
    }

    /// A chunk larger than the whole body may be is not even read.
    void bodyBytesMax(long bytes) {
        chunkBytesMax = (int) Math.min(CHUNK_BYTES_MAX, bytes);
    }

    @Override
    public String readLine() {
        int end = findNewLine(CHUNK_LINE_BYTES_MAX);
        if (end == CHUNK_LINE_BYTES_MAX) {
            throw RequestException.builder()
                    .type(DirectHandler.EventType.BAD_REQUEST)
                    .message("The size line of a chunk is too long")
                    .build();
        }
        String line = readAsciiString(end);
        skip(2);
        return line;
    }

    @Override
    public BufferData readBuffer(int length) {
        if (length > chunkBytesMax) {
            throw RequestException.builder()
                    .type(DirectHandler.EventType.BAD_REQUEST)
                    .status(Status.REQUEST_ENTITY_TOO_LARGE_413)
                    .message("A chunk is larger than " + chunkBytesMax + " bytes")
                    .build();
        }
        return super.readBuffer(length);
    }
}
