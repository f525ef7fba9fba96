package im.holm.bench;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A user of the crash bench: writes one thing after the other, repeats what was not acknowledged
/// with the same transaction id, and keeps all that its /sync has ever told it.
final class CrashClient {
    private static final Pattern MESSAGE = Pattern.compile("\"body\"\\s*:\\s*\"(crash-[^\"]*)\"");
    private static final Pattern TO_DEVICE = Pattern.compile("\"crash_note\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern RECEIPT =
            Pattern.compile("\"(\\$[^\"]+)\"\\s*:\\s*\\{\\s*\"m.read\"");
    private static final String FILTER = "{\"room\":{\"timeline\":{\"limit\":1000}}}";
    private static final long PAUSE_MS = 20;
    private static final long RETRY_MS = 100;
    private static final long POLL_MS = 2_000;
    private static final int MEASURE = 4;

    /// A send that was acknowledged.
    record Sent(String room, String text, String eventId) {}

    private final Account account;
    private final String name;
    private final List<String> rooms;
    private final AtomicBoolean working = new AtomicBoolean();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicBoolean limited = new AtomicBoolean();
    private final Map<String, Sent> sent = new ConcurrentHashMap<>();
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();
    private final Map<String, String> notes = new ConcurrentHashMap<>();
    private final Map<String, Integer> notesSeen = new ConcurrentHashMap<>();
    private final Set<String> receiptsSeen = ConcurrentHashMap.newKeySet();
    private volatile String lastReceipt = "";
    private volatile int accountData = -1;
    private volatile Account correspondent;
    private volatile String since;

    CrashClient(Account account, String name, List<String> rooms) {
        this.account = account;
        this.name = name;
        this.rooms = rooms;
    }

    /// Begins to write and to listen, for as long as the bench runs.
    void begin(Account other) {
        correspondent = other;
        since = Account.field(account.sync(null, 0), "next_batch");
        Thread.ofVirtual().start(this::listen);
        Thread.ofVirtual().start(this::write);
    }

    void work(boolean on) {
        working.set(on);
    }

    boolean isIdle() {
        return unfinished.get() == 0;
    }

    Account account() {
        return account;
    }

    Map<String, Sent> sent() {
        return sent;
    }

    Map<String, Integer> seen() {
        return seen;
    }

    /// Notes that were acknowledged, by text; the value is who has to get it.
    Map<String, String> notes() {
        return notes;
    }

    Map<String, Integer> notesSeen() {
        return notesSeen;
    }

    boolean sawReceipt(String eventId) {
        return receiptsSeen.contains(eventId);
    }

    String lastReceipt() {
        return lastReceipt;
    }

    int accountData() {
        return accountData;
    }

    /// Whether a timeline was cut since this was last asked.
    boolean takeLimited() {
        return limited.getAndSet(false);
    }

    private void write() {
        for (int n = 0; ; n++) {
            while (!working.get()) {
                pause(PAUSE_MS);
            }
            unfinished.incrementAndGet();
            String room = rooms.get(n % rooms.size());
            String text = "crash-" + name + "-" + n;
            String eventId = send(room, text);
            sent.put(text, new Sent(room, text, eventId));
            if (n % MEASURE == 1) {
                keepAccountData(n);
            } else if (n % MEASURE == 2) {
                read(room, eventId);
            } else if (n % MEASURE == 3) {
                note("note-" + name + "-" + n);
            }
            unfinished.decrementAndGet();
            pause(PAUSE_MS);
        }
    }

    /// Sends, or sends again what was acknowledged; the answer must be the same.
    String send(String room, String text) {
        return Account.field(
                insist(
                        "PUT",
                        "/rooms/" + encoded(room) + "/send/m.room.message/" + text,
                        "{\"msgtype\":\"m.text\",\"body\":\"" + text + "\"}"),
                "event_id");
    }

    private void keepAccountData(int n) {
        insist(
                "PUT",
                "/user/" + encoded(account.userId()) + "/account_data/im.holm.crash",
                "{\"n\":" + n + "}");
        accountData = n;
    }

    /// What the server says it keeps.
    String storedAccountData() {
        return insist(
                "GET", "/user/" + encoded(account.userId()) + "/account_data/im.holm.crash", "");
    }

    private void read(String room, String eventId) {
        insist("POST", "/rooms/" + encoded(room) + "/receipt/m.read/" + encoded(eventId), "{}");
        lastReceipt = eventId;
    }

    private void note(String text) {
        insist(
                "PUT",
                "/sendToDevice/im.holm.crash/" + text,
                "{\"messages\":{\"" + correspondent.userId() + "\":{\"*\":{\"crash_note\":\"" + text
                        + "\"}}}}");
        notes.put(text, correspondent.userId());
    }

    String whoami() {
        return Account.field(insist("GET", "/account/whoami", ""), "user_id");
    }

    /// One page of a room, backwards.
    String page(String room, String from) {
        return insist(
                "GET",
                "/rooms/" + encoded(room) + "/messages?dir=b&limit=1000"
                        + (from.isEmpty() ? "" : "&from=" + encoded(from)),
                "");
    }

    static Matcher messages(String json) {
        return MESSAGE.matcher(json);
    }

    private String insist(String method, String path, String body) {
        while (true) {
            try {
                return account.call(method, path, body);
            } catch (Account.Refused refused) {
                if (refused.status() < 500 && refused.status() != 429) {
                    throw refused;
                }
            } catch (IllegalStateException _) {
                // no connection, or it was cut: whether it was done is not known
            }
            pause(RETRY_MS);
        }
    }

    private void listen() {
        while (true) {
            String answer = insist(
                    "GET",
                    "/sync?timeout=" + POLL_MS + "&since=" + encoded(since) + "&filter="
                            + encoded(FILTER),
                    "");
            count(MESSAGE.matcher(answer), seen);
            count(TO_DEVICE.matcher(answer), notesSeen);
            Matcher receipt = RECEIPT.matcher(answer);
            while (receipt.find()) {
                receiptsSeen.add(receipt.group(1));
            }
            if (answer.contains("\"limited\":true")) {
                limited.set(true);
            }
            since = Account.field(answer, "next_batch");
        }
    }

    private static void count(Matcher found, Map<String, Integer> counts) {
        while (found.find()) {
            counts.merge(found.group(1), 1, Integer::sum);
        }
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static void pause(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
