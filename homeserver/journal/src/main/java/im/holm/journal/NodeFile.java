package im.holm.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/// `journal.position` in the data directory, beside the signing key: who this node is, and the
/// highest position that it gave out. The file outlives a restore of the database, so positions are
/// not used twice after one.
///
/// While it is open the file is locked: one data directory serves one process.
public final class NodeFile implements AutoCloseable {

    public static final String NAME = "journal.position";

    private static final int NODE_BYTES = 8;
    private static final Pattern FORM =
            Pattern.compile("holm node ([0-9a-f]{16}) position (\\d{19})\n");
    private static final int LENGTH_MAX = 64;

    private final FileChannel channel;
    private final FileLock lock;
    private final String node;
    private final long positionAtOpen;

    private NodeFile(FileChannel channel, FileLock lock, String node, long position) {
        this.channel = channel;
        this.lock = lock;
        this.node = node;
        this.positionAtOpen = position;
    }

    public sealed interface Opened {
        record Open(NodeFile file) implements Opened {}

        /// Another process of this data directory runs.
        record InUse(Path file) implements Opened {}

        /// Damaged, or not ours to write.
        record Unusable(Path file, String reason) implements Opened {}
    }

    /// Opens the file, making it if there is none.
    public static Opened open(Path dataDir) {
        Path path = dataDir.resolve(NAME);
        FileChannel channel = null;
        try {
            Files.createDirectories(dataDir);
            channel = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return new Opened.InUse(path);
            }
            return read(path, channel, lock);
        } catch (IOException e) {
            closeQuietly(channel);
            return new Opened.Unusable(path, String.valueOf(e.getMessage()));
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    private static Opened read(Path path, FileChannel channel, FileLock lock) throws IOException {
        if (channel.size() == 0) {
            byte[] id = new byte[NODE_BYTES];
            new SecureRandom().nextBytes(id);
            var made = new NodeFile(channel, lock, HexFormat.of().formatHex(id), 0);
            made.write(0);
            channel.force(true);
            return new Opened.Open(made);
        }
        var bytes = ByteBuffer.allocate(LENGTH_MAX + 1);
        channel.read(bytes, 0);
        var text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            channel.close();
            return new Opened.Unusable(
                    path,
                    "its content is damaged: take it from a backup, or delete it"
                            + " if the database was not restored to an earlier time");
        }
        return new Opened.Open(
                new NodeFile(channel, lock, matcher.group(1), Long.parseLong(matcher.group(2))));
    }

    /// Who this node is: stays the same as long as the data directory does.
    public String node() {
        return node;
    }

    /// The highest position known when the file was opened, 0 if none.
    long positionAtOpen() {
        return positionAtOpen;
    }

    /// Keeps a position. Not forced to disk: what a crash of the machine takes with it, the
    /// database has.
    void write(long position) throws IOException {
        var line = String.format(Locale.ROOT, "holm node %s position %019d\n", node, position);
        var bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        for (long at = 0; bytes.hasRemaining(); ) {
            at += channel.write(bytes, at);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
        } catch (IOException alreadyClosed) {
            // nothing is held any more
        }
        closeQuietly(channel);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // it was only read or written in place: nothing is lost
        }
    }
}
