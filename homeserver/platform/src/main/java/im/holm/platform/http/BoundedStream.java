package im.holm.platform.http;

import io.helidon.common.buffers.DataReader;

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
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            int read = in.read(buffer, offset, length);
            count(read);
            return read;
        } catch (IllegalArgumentException
                | DataReader.IncorrectNewLineException
                | DataReader.InsufficientDataAvailableException malformed) {
            // How the server tells of a chunk without size or end, and of a client that
            // went away.
            throw new MalformedBodyException(malformed);
        }
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
