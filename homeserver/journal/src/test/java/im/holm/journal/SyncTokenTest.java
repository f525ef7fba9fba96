package im.holm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.holm.journal.SyncToken.Parsed;

import org.junit.jupiter.api.Test;

import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32C;

class SyncTokenTest {
    private static final long NOON_MS = 1_795_608_000_000L;
    private static final long AT_NOON = Position.first(NOON_MS, 0);

    @Test
    void aTokenIsReadBackAsItWasMade() {
        var random = new Random(3);
        for (int round = 0; round < 1_000; round++) {
            var vector = Vector.ZERO;
            for (int slot = 0; slot < 200; slot += 1 + random.nextInt(200)) {
                vector = vector.with(Position.first(NOON_MS + random.nextInt(), slot));
            }
            var token = new SyncToken(
                    1 + random.nextInt(Integer.MAX_VALUE),
                    vector,
                    random.nextInt(),
                    random.nextLong() >>> 1 >>> random.nextInt(63));

            assertThat(SyncToken.parse(token.text())).isEqualTo(new Parsed.Valid(token));
        }
    }

    @Test
    void withOneWriterItIsShort() {
        var token = new SyncToken(1, Vector.of(AT_NOON), 12345, 300);

        assertThat(token.text()).startsWith("s").hasSizeBetween(24, 40);
    }

    @Test
    void noCharacterMayBeChangedCutOffOrAdded() {
        String text = new SyncToken(1, Vector.of(AT_NOON), 12345, 300).text();

        for (int at = 1; at < text.length(); at++) {
            char changed = text.charAt(at) == 'A' ? 'B' : 'A';
            var forged = text.substring(0, at) + changed + text.substring(at + 1);
            assertThat(SyncToken.parse(forged)).isNotInstanceOf(Parsed.Valid.class);
            assertThat(SyncToken.parse(text.substring(0, at))).isNotInstanceOf(Parsed.Valid.class);
        }
        assertThat(SyncToken.parse(text + "A")).isInstanceOf(Parsed.Malformed.class);
        assertThat(SyncToken.parse(text + "=")).isInstanceOf(Parsed.Malformed.class);
    }

    @Test
    void whatIsNoTokenIsSaid() {
        assertThat(SyncToken.parse("")).isInstanceOf(Parsed.Malformed.class);
        assertThat(SyncToken.parse("s")).isInstanceOf(Parsed.Malformed.class);
        assertThat(SyncToken.parse("s!!")).isInstanceOf(Parsed.Malformed.class);
        assertThat(SyncToken.parse("s72594_4483_1934")).isInstanceOf(Parsed.Malformed.class);
        assertThat(SyncToken.parse("s" + "A".repeat(5_000))).isInstanceOf(Parsed.Malformed.class);
        assertThat(SyncToken.parse("t47429-4392820_219380")).isEqualTo(new Parsed.OtherKind('t'));
        assertThat(SyncToken.parse("\uD83D\uDE00")).isInstanceOf(Parsed.OtherKind.class);
    }

    @Test
    void aTokenOfANewerVersionIsToldApart() {
        byte[] bytes = payload(new SyncToken(1, Vector.of(AT_NOON), 1, 1));
        bytes[0] = 9;

        assertThat(SyncToken.parse(sealed(bytes))).isEqualTo(new Parsed.TooNew(9));
    }

    @Test
    void aForgedPayloadWithARightChecksumIsStillRead() {
        byte[] twoSlots = payload(new SyncToken(1, Vector.of(AT_NOON, AT_NOON + 1), 1, 1));
        byte[] swapped = twoSlots.clone();
        System.arraycopy(twoSlots, 3, swapped, 11, 8);
        System.arraycopy(twoSlots, 11, swapped, 3, 8);
        assertThat(SyncToken.parse(sealed(swapped))).isInstanceOf(Parsed.Malformed.class);

        byte[] negative = payload(new SyncToken(1, Vector.of(AT_NOON), 1, 1));
        negative[3] |= (byte) 0x80;
        assertThat(SyncToken.parse(sealed(negative))).isInstanceOf(Parsed.Malformed.class);

        byte[] manySlots = payload(new SyncToken(1, Vector.of(AT_NOON), 1, 1));
        manySlots[2] = (byte) 200;
        assertThat(SyncToken.parse(sealed(manySlots))).isInstanceOf(Parsed.Malformed.class);
    }

    @Test
    void randomBytesNeverThrow() {
        var random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = 1;
            }
            assertThat(SyncToken.parse(sealed(bytes))).isNotNull();
        }
    }

    @Test
    void aTokenOfTheFutureIsAheadOfClockAndJournal() {
        var token = new SyncToken(1, Vector.of(AT_NOON), 1, 1);
        long hourBefore = NOON_MS - 3_600_000;

        assertThat(token.isOfTheFuture(Vector.ZERO, hourBefore)).isTrue();
        assertThat(token.isOfTheFuture(Vector.ZERO, NOON_MS - 5_000)).isFalse();
        assertThat(token.isOfTheFuture(Vector.of(AT_NOON), hourBefore)).isFalse();
    }

    @Test
    void anAbsentRetiredSlotIsComplete() {
        var retired = Vector.of(AT_NOON | 3);
        var generation = new Generation(2, retired);
        var cut = Vector.of(AT_NOON, AT_NOON | 3);

        assertThat(generation.shorten(cut)).isEqualTo(Vector.of(AT_NOON));
        assertThat(generation.complete(Vector.of(AT_NOON))).isEqualTo(cut);
        var behind = Vector.of(AT_NOON, (AT_NOON | 3) - Position.TICK);
        assertThat(generation.complete(generation.shorten(behind))).isEqualTo(behind);
    }

    @Test
    void aSlotBeyondAByteIsNoSlot() {
        assertThatThrownBy(() -> Position.first(0, 256)).hasMessageContaining("256");
    }

    private static byte[] payload(SyncToken token) {
        byte[] all = Base64.getUrlDecoder().decode(token.text().substring(1));
        return java.util.Arrays.copyOf(all, all.length - 4);
    }

    private static String sealed(byte[] payload) {
        var crc = new CRC32C();
        crc.update(payload);
        byte[] all = java.util.Arrays.copyOf(payload, payload.length + 4);
        int checksum = (int) crc.getValue();
        for (int i = 0; i < 4; i++) {
            all[payload.length + i] = (byte) (checksum >>> 24 - 8 * i);
        }
        return "s" + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }
}
