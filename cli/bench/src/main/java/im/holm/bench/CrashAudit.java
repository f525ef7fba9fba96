package im.holm.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;

/// What every client was promised, compared with what it and the others got.
final class CrashAudit {
    private static final long ARRIVAL_MS_MAX = 60_000;
    private static final long POLL_MS = 50;
    private static final int RETRIED = 5;
    private static final int PAGES_MAX = 100;

    private final List<CrashClient> clients;
    private final List<String> rooms;
    private final Set<String> audited = new HashSet<>();
    private final Set<String> auditedNotes = new HashSet<>();

    CrashAudit(List<CrashClient> clients, List<String> rooms) {
        this.clients = clients;
        this.rooms = rooms;
    }

    /// What one audit looked at.
    record Result(int sends, int notes, int retried, int limited, List<String> violations) {}

    /// Waits until everything has arrived or will not; everybody has stopped writing.
    Result run() {
        var violations = new ArrayList<String>();
        Map<String, CrashClient.Sent> fresh = new HashMap<>();
        Map<String, String> freshNotes = new HashMap<>();
        for (CrashClient client : clients) {
            client.sent().forEach((text, sent) -> {
                if (audited.add(text)) {
                    fresh.put(text, sent);
                }
            });
            client.notes().forEach((text, to) -> {
                if (auditedNotes.add(text)) {
                    freshNotes.put(text, to);
                }
            });
        }
        int retried = tokensAndRetries(violations);
        history(fresh, violations);
        int limited = timelines(fresh, violations);
        notes(freshNotes, violations);
        kept(violations);
        return new Result(fresh.size(), freshNotes.size(), retried, limited, violations);
    }

    private int tokensAndRetries(List<String> violations) {
        int retried = 0;
        for (CrashClient client : clients) {
            String user = client.whoami();
            if (!user.equals(client.account().userId())) {
                violations.add("the token of " + client.account().userId() + " is of " + user);
            }
            List<CrashClient.Sent> all = new ArrayList<>(client.sent().values());
            for (int i = 0; i < RETRIED && i < all.size(); i++) {
                // The newest by number of its text, which is what a crash would
                // hit.
                CrashClient.Sent sent = newest(all, i);
                String again = client.send(sent.room(), sent.text());
                retried++;
                if (!again.equals(sent.eventId())) {
                    violations.add(
                            "retry of " + sent.text() + ": " + again + ", not " + sent.eventId());
                }
            }
        }
        return retried;
    }

    private static CrashClient.Sent newest(List<CrashClient.Sent> all, int back) {
        return all.stream()
                .sorted((a, b) -> Integer.compare(number(b.text()), number(a.text())))
                .skip(back)
                .findFirst()
                .orElseThrow();
    }

    private static int number(String text) {
        return Integer.parseInt(text.substring(text.lastIndexOf('-') + 1));
    }

    /// Each message is once in its room's history, on either server.
    private void history(Map<String, CrashClient.Sent> fresh, List<String> violations) {
        for (CrashClient reader : List.of(clients.getFirst(), clients.getLast())) {
            for (String room : rooms) {
                var wanted = new HashSet<String>();
                fresh.values().stream()
                        .filter(sent -> sent.room().equals(room))
                        .forEach(sent -> wanted.add(sent.text()));
                until(() -> missing(reader, room, wanted).isEmpty());
                Map<String, Integer> found = counts(reader, room, wanted);
                for (String text : wanted) {
                    int times = found.getOrDefault(text, 0);
                    if (times != 1) {
                        violations.add(text + " is " + times + " times in the history that "
                                + reader.account().userId() + " reads");
                    }
                }
            }
        }
    }

    private static Set<String> missing(CrashClient reader, String room, Set<String> wanted) {
        var missing = new HashSet<>(wanted);
        missing.removeAll(counts(reader, room, wanted).keySet());
        return missing;
    }

    /// Pages back until all are found, and one page further, where a double would be.
    private static Map<String, Integer> counts(
            CrashClient reader, String room, Set<String> wanted) {
        var counts = new HashMap<String, Integer>();
        String from = "";
        boolean complete = false;
        for (int page = 0; page < PAGES_MAX; page++) {
            String answer = reader.page(room, from);
            Matcher message = CrashClient.messages(answer);
            while (message.find()) {
                if (wanted.contains(message.group(1))) {
                    counts.merge(message.group(1), 1, Integer::sum);
                }
            }
            if (complete || !answer.contains("\"end\"")) {
                return counts;
            }
            complete = counts.keySet().containsAll(wanted);
            from = Account.field(answer, "end");
        }
        return counts;
    }

    /// Each message came once to each client's /sync, unless a timeline was cut.
    private int timelines(Map<String, CrashClient.Sent> fresh, List<String> violations) {
        int cut = 0;
        for (CrashClient client : clients) {
            boolean arrived = until(() -> client.seen().keySet().containsAll(fresh.keySet()));
            boolean limited = client.takeLimited();
            cut += limited ? 1 : 0;
            if (!arrived && !limited) {
                var missing = new HashSet<>(fresh.keySet());
                missing.removeAll(client.seen().keySet());
                violations.add(client.account().userId() + " never saw " + first(missing));
            }
            var doubled = new HashSet<>(fresh.keySet());
            doubled.removeIf(text -> client.seen().getOrDefault(text, 0) < 2);
            if (!doubled.isEmpty()) {
                violations.add(client.account().userId() + " saw twice " + first(doubled));
            }
        }
        return cut;
    }

    private void notes(Map<String, String> fresh, List<String> violations) {
        for (CrashClient client : clients) {
            var wanted = new HashSet<String>();
            fresh.forEach((text, to) -> {
                if (to.equals(client.account().userId())) {
                    wanted.add(text);
                }
            });
            if (!until(() -> client.notesSeen().keySet().containsAll(wanted))) {
                wanted.removeAll(client.notesSeen().keySet());
                violations.add(client.account().userId() + " never got " + first(wanted));
            }
            client.notesSeen().forEach((text, times) -> {
                if (times > 1 && fresh.containsKey(text)) {
                    violations.add(client.account().userId() + " got " + times + " times " + text);
                }
            });
        }
    }

    private void kept(List<String> violations) {
        for (CrashClient client : clients) {
            if (client.accountData() >= 0
                    && !client.storedAccountData()
                            .contains("\"n\":" + client.accountData() + "}")) {
                violations.add("account data of " + client.account().userId() + " is "
                        + client.storedAccountData() + ", not " + client.accountData());
            }
            String receipt = client.lastReceipt();
            if (!receipt.isEmpty() && !until(() -> client.sawReceipt(receipt))) {
                violations.add("receipt of " + client.account().userId() + " at " + receipt
                        + " never came back to it");
            }
        }
    }

    private static String first(Set<String> texts) {
        return texts.size() + ": " + texts.stream().sorted().limit(5).toList();
    }

    private interface Condition {
        boolean holds();
    }

    private static boolean until(Condition condition) {
        long end_ns = System.nanoTime() + ARRIVAL_MS_MAX * 1_000_000;
        while (!condition.holds()) {
            if (System.nanoTime() > end_ns) {
                return false;
            }
            CrashClient.pause(POLL_MS);
        }
        return true;
    }
}
