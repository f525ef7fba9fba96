package im.holm.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the source itself, for what neither the compiler nor the formatter says. Each exception is
/// named here with its reason; `./dev arrows` shows that each rule refuses what it should.
class TidyTest {
    private static final int CODE_COLUMNS_MAX = 100;

    /// Of a line with a text in it: the formatter never breaks one, and SQL is best read whole.
    private static final int TEXT_COLUMNS_MAX = 120;

    private static final int FILE_LINES_MAX = 600;

    /// Where a thread may sleep: everything else waits on a condition with a deadline.
    private static final Set<String> MAY_SLEEP = Set.of(
            // The bench waits as a person would: for a port to answer, for a server to
            // be idle.
            "cli/bench/src/main/java/im/holm/bench/CrashClient.java",
            "cli/bench/src/main/java/im/holm/bench/ReadDelivery.java",
            "cli/bench/src/main/java/im/holm/bench/ReadIdle.java",
            "cli/bench/src/main/java/im/holm/bench/Server.java",
            "cli/bench/src/main/java/im/holm/bench/Smoke.java",
            // The limit of a stop: nothing to wait for but the time.
            "cli/holm/src/main/java/im/holm/cli/Stopping.java",
            // The pause is what a job, a sweep or a watch consists of.
            "homeserver/platform/src/main/java/im/holm/platform/egress/SocketEgress.java",
            "homeserver/platform/src/main/java/im/holm/platform/http/ConnectionGuard.java",
            "homeserver/platform/src/main/java/im/holm/platform/jobs/Jobs.java",
            // Closes a socket at a deadline: writing to one has no timeout of its own.
            "homeserver/platform/src/main/java/im/holm/platform/egress/HttpConnection.java",
            // Draining: looks a few times a second whether the last request has ended.
            "homeserver/platform/src/main/java/im/holm/platform/http/HttpListener.java",
            "homeserver/platform/src/main/java/im/holm/platform/ws/WsListener.java");

    /// Slow clients, deadlines and timeouts are what its tests are about.
    private static final String TESTS_OF_TIME = "homeserver/platform/src/test/";

    private static final SourceTree SOURCE = SourceTree.read();

    @Test
    void noLineIsLongerThan100Columns() {
        assertThat(SOURCE.java()
                        .flatMap(file -> file.linesWiderThan(CODE_COLUMNS_MAX, TEXT_COLUMNS_MAX)))
                .isEmpty();
    }

    @Test
    void noFileIsLongerThan600Lines() {
        assertThat(SOURCE.java()
                        .filter(file -> file.lines().size() > FILE_LINES_MAX)
                        .map(file -> file.path() + ": " + file.lines().size() + " lines"))
                .isEmpty();
    }

    @Test
    void linesEndClean() {
        Predicate<String> unclean = line -> line.indexOf('\t') >= 0
                || line.indexOf('\r') >= 0
                || (!line.isEmpty() && Character.isWhitespace(line.charAt(line.length() - 1)));
        assertThat(SOURCE.java().flatMap(file -> file.linesWhere(unclean))).isEmpty();
    }

    @Test
    void nothingIsLeftToDo() {
        Pattern left = Pattern.compile("\\b(FIX" + "ME|TO" + "DO|XX" + "X)\\b");
        assertThat(SOURCE.all().flatMap(file -> file.linesWhere(left.asPredicate())))
                .isEmpty();
    }

    @Test
    void documentationIsMarkdown() {
        assertThat(SOURCE.java()
                        .flatMap(file ->
                                file.linesWhere(line -> line.strip().startsWith("/*" + "*"))))
                .as("documentation comments start with three slashes")
                .isEmpty();
    }

    @Test
    void noClockIsReadOutsideTheWiring() {
        Pattern clock =
                Pattern.compile("\\b(Instant|LocalDate|LocalDateTime|OffsetDateTime|ZonedDateTime)"
                        + "\\.now\\(|System\\.currentTimeMillis\\(|Clock\\.system");
        assertThat(calls(SOURCE.mainJava(), clock, Set.of())).isEmpty();
    }

    @Test
    void nothingSleepsOutsideTheNamedPlaces() {
        Pattern sleep = Pattern.compile("\\bThread\\.sleep\\(|SECONDS\\.sleep\\(");
        Stream<SourceFile> awake =
                SOURCE.java().filter(file -> !file.path().startsWith(TESTS_OF_TIME));
        assertThat(calls(awake, sleep, MAY_SLEEP)).isEmpty();
    }

    @Test
    void nothingPrintsOutsideTheCommandLine() {
        Pattern prints = Pattern.compile(
                "\\bSystem\\.(out|err)\\b(?!\")|\\.printStackTrace\\(|\\bSystem\\.exit\\(");
        Stream<SourceFile> server = SOURCE.mainJava()
                .filter(file -> !file.path().startsWith("cli/holm/")
                        && !file.path().startsWith("cli/bench/"));
        assertThat(calls(server, prints, Set.of())).isEmpty();
    }

    /// The names that clones, homes and scratch folders have on the machine of whoever wrote a
    /// line.
    @Test
    void noPathOfAWorkplace() {
        Pattern workplace =
                Pattern.compile("(^|[^\\w./-])/(wo" + "rk|ro" + "ot|home/\\w+|Users/\\w+)/");
        assertThat(SOURCE.all().flatMap(file -> file.linesWhere(workplace.asPredicate())))
                .isEmpty();
    }

    /// Flyway orders by the minute and refuses two of one.
    @Test
    void everyMigrationHasAMinuteOfItsOwn() {
        List<String> minutes = SOURCE.all()
                .filter(file -> file.path().contains("/src/main/resources/"))
                .map(file -> file.path().replaceFirst(".*/", ""))
                .filter(name -> name.endsWith(".sql"))
                .map(name -> name.replaceFirst("__.*", ""))
                .toList();
        assertThat(minutes).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void linksInDocumentsLeadSomewhere() {
        Pattern link = Pattern.compile("\\]\\(([^)#:\\s]+)(#[^)]*)?\\)");
        List<String> dead = new ArrayList<>();
        SOURCE.all()
                .filter(file -> file.path().endsWith(".md"))
                .forEach(file -> file.lines()
                        .forEach(line -> link.matcher(line)
                                .results()
                                .map(found -> found.group(1))
                                .filter(target -> !Files.exists(SOURCE.beside(file, target)))
                                .forEach(target -> dead.add(file.path() + ": " + target))));
        assertThat(dead).isEmpty();
    }

    @Test
    void everyTestThatTheSecurityPageNamesExists() {
        Pattern named = Pattern.compile("`([A-Za-z0-9]+Test)#([A-Za-z0-9]+)`");
        List<String> missing = SOURCE.all()
                .filter(file -> file.path().equals("docs/security.md"))
                .flatMap(file -> file.lines().stream())
                .flatMap(line -> named.matcher(line).results())
                .filter(test -> SOURCE.all()
                        .filter(file -> file.path().endsWith("/" + test.group(1) + ".java"))
                        .flatMap(file -> file.lines().stream())
                        .noneMatch(line -> line.contains("void " + test.group(2) + "(")))
                .map(test -> test.group())
                .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void theLicenceStandsOnceAndWhole() {
        Map<String, String> says = Map.of(
                "LICENSE", "GNU AFFERO GENERAL PUBLIC LICENSE",
                "README.md", "SPDX-License-Identifier: AGPL-3.0-or-later",
                "pom.xml", "<name>AGPL-3.0-or-later</name>");
        says.forEach((path, words) -> assertThat(SOURCE.file(path).lines())
                .as(path)
                .anyMatch(line -> line.contains(words)));
    }

    private static Stream<String> calls(
            Stream<SourceFile> files, Pattern banned, Set<String> exceptions) {
        return files.filter(file -> !exceptions.contains(file.path()))
                .flatMap(file -> file.linesWhere(line ->
                        !line.strip().startsWith("//") && banned.matcher(line).find()));
    }
}
