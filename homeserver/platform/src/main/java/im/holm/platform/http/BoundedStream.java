package im.holm.platform.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body that may not be longer than its route allows.
final class BoundedStream extends FilterInputStream {
    private final long bytesMax;
    private long bytes;
    private boolean atEnd;

    BoundedStream(InputStream in, long bytesMax) {
        super(in);
        this.bytesMax = bytesMax;
    }

    boolean atEnd() {
        return atEnd;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        count(value < 0 ? -1 : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = in.read(buffer, offset, length);
        count(read);
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long read) throws IOException {
        if (read < 0) {
            atEnd = true;
            return;
        }
        bytes += read;
        if (bytes > bytesMax) {
            throw new BodyTooLargeException(bytesMax);
        }
    }
}
