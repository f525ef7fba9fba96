package im.holm.platform.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

import java.time.Duration;

/// Writes in pieces, each of which shows whether the client still takes something.
final class ConnectionOutput implements DataWriter {
    private static final int PIECE_BYTES = 16 * 1024;

    private final DataWriter writer;
    private volatile long pieceStart;
    private volatile boolean writing;

    ConnectionOutput(DataWriter writer) {
        this.writer = writer;
    }

    /// Whether the piece that is being written now has been for so long.
    boolean stalledLongerThan(Duration limit, long nowNanos) {
        return writing && nowNanos - pieceStart > limit.toNanos();
    }

    @Override
    public void write(BufferData buffer) {
        if (buffer.available() <= PIECE_BYTES) {
            piece(buffer);
            return;
        }
        while (buffer.available() > 0) {
            byte[] bytes = new byte[Math.min(PIECE_BYTES, buffer.available())];
            buffer.read(bytes);
            piece(BufferData.create(bytes));
        }
    }

    @Override
    public void write(BufferData... buffers) {
        for (BufferData buffer : buffers) {
            write(buffer);
        }
    }

    @Override
    public void writeNow(BufferData buffer) {
        write(buffer);
        writer.flush();
    }

    @Override
    public void writeNow(BufferData... buffers) {
        write(buffers);
        writer.flush();
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void close() {
        writer.close();
    }

    private void piece(BufferData buffer) {
        pieceStart = System.nanoTime();
        writing = true;
        try {
            writer.write(buffer);
        } finally {
            writing = false;
        }
    }
}
