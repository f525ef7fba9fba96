package im.holm.journal;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Objects;
import java.util.zip.CRC32C;

/// A cut in a client's hands: `since` and `next_batch` of sync, the resume token of the gateway.
///
/// `s` and the unpadded base64url of: version (1 byte), generation (varint), number of slots (1
/// byte), one position of 8 bytes a slot in order of slots, boot id (4 bytes), ephemeral number
/// (varint), CRC-32C of all that (4 bytes). With one writer that is 29 characters or a few more.
///
/// The checksum finds mistakes, not forgery: a token gives no right to anything, it only says what
/// its bearer has seen.
///
/// @param generation the [Generation] that tells what an absent slot means
/// @param vector the slots that the token names; [Journal#cut] is the whole
/// @param bootId of the run of the node in which `ephemeral` means something
/// @param ephemeral what was seen of typing and presence, 0 for nothing
public record SyncToken(int generation, Vector vector, int bootId, long ephemeral) {

    /// Longer texts are not looked at.
    public static final int LENGTH_MAX = 3_000;

    private static final char KIND = 's';
    private static final byte VERSION = 1;
    private static final int CHECKSUM_BYTES = 4;
    private static final int BYTES_MIN = 1 + 1 + 1 + 4 + 1 + CHECKSUM_BYTES;
    private static final int HEAD_BYTES_MAX = 1 + 5 + 1 + 4 + 10 + CHECKSUM_BYTES;

    public SyncToken {
        Objects.requireNonNull(vector);
        if (generation < 1 || ephemeral < 0) {
            throw new IllegalArgumentException(
                    "generation " + generation + ", ephemeral number " + ephemeral);
        }
        if (vector.positions().length > Position.SLOT_MAX) {
            throw new IllegalArgumentException("a token names at most 255 slots");
        }
    }

    /// What a text turned out to be.
    public sealed interface Parsed {
        record Valid(SyncToken token) implements Parsed {}

        /// Not a token of ours, or damaged.
        record Malformed(String reason) implements Parsed {}

        /// A token of another kind: of pagination, say.
        record OtherKind(char kind) implements Parsed {}

        /// Made by a newer Holm: the client has to sync from the start.
        record TooNew(int version) implements Parsed {}
    }

    /// Reads untrusted text.
    public static Parsed parse(String text) {
        if (text.isEmpty() || text.length() > LENGTH_MAX) {
            return new Parsed.Malformed("a token has 1 to " + LENGTH_MAX + " characters");
        }
        if (text.charAt(0) != KIND) {
            return new Parsed.OtherKind(text.charAt(0));
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(1));
        } catch (IllegalArgumentException notBase64) {
            return new Parsed.Malformed("not base64url");
        }
        if (bytes.length < BYTES_MIN) {
            return new Parsed.Malformed("too short");
        }
        int payload = bytes.length - CHECKSUM_BYTES;
        if (ByteBuffer.wrap(bytes).getInt(payload) != checksum(bytes, payload)) {
            return new Parsed.Malformed("the checksum does not match");
        }
        if (bytes[0] != VERSION) {
            return new Parsed.TooNew(bytes[0]);
        }
        return readPayload(ByteBuffer.wrap(bytes, 1, payload - 1));
    }

    private static Parsed readPayload(ByteBuffer in) {
        long generation = readVarint(in);
        if (generation < 1 || generation > Integer.MAX_VALUE || !in.hasRemaining()) {
            return new Parsed.Malformed("no generation");
        }
        int slots = in.get() & 0xff;
        if (in.remaining() < slots * Long.BYTES + Integer.BYTES + 1) {
            return new Parsed.Malformed("fewer slots than it says");
        }
        var vector = Vector.ZERO;
        int slotBefore = -1;
        for (int i = 0; i < slots; i++) {
            long position = in.getLong();
            if (position <= 0 || Position.slot(position) <= slotBefore) {
                return new Parsed.Malformed("slots out of order");
            }
            slotBefore = Position.slot(position);
            vector = vector.with(position);
        }
        int bootId = in.getInt();
        long ephemeral = readVarint(in);
        if (ephemeral < 0 || in.hasRemaining()) {
            return new Parsed.Malformed("a wrong end");
        }
        return new Parsed.Valid(new SyncToken((int) generation, vector, bootId, ephemeral));
    }

    /// Whether nobody can have been given it yet. After a restore of the database the devices'
    /// tokens are ahead of the journal, but never of the clock; after the clock jumped back, ahead
    /// of the clock, but not of the journal.
    public boolean isOfTheFuture(Vector visible, long nowMs) {
        long latestMs = nowMs;
        for (long position : visible.positions()) {
            latestMs = Math.max(latestMs, Position.millis(position));
        }
        for (long position : vector.positions()) {
            if (Position.millis(position) > latestMs + CommitLimits.CLOCK_BEHIND_MAX_MS) {
                return true;
            }
        }
        return false;
    }

    /// The text that [#parse] reads.
    public String text() {
        long[] positions = vector.positions();
        var out = ByteBuffer.allocate(HEAD_BYTES_MAX + positions.length * Long.BYTES);
        out.put(VERSION);
        writeVarint(out, generation);
        out.put((byte) positions.length);
        for (long position : positions) {
            out.putLong(position);
        }
        out.putInt(bootId);
        writeVarint(out, ephemeral);
        out.putInt(checksum(out.array(), out.position()));
        byte[] used = new byte[out.position()];
        out.flip().get(used);
        return KIND + Base64.getUrlEncoder().withoutPadding().encodeToString(used);
    }

    @Override
    public String toString() {
        return text();
    }

    private static int checksum(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static void writeVarint(ByteBuffer out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    /// A number in its shortest form, -1 if there is none: one number has one spelling.
    private static long readVarint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 63 && in.hasRemaining(); shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return next == 0 && shift > 0 ? -1 : value;
            }
        }
        return -1;
    }
}
