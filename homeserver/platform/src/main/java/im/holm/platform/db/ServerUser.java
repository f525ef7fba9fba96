package im.holm.platform.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// As whom the server runs. PostgreSQL refuses to run as root, so for root its programs run in a
/// user namespace in which root is nobody; where the system forbids that (some containers), as the
/// user 65534 who then owns the directory.
record ServerUser(Kind kind) {
    enum Kind {
        OURSELVES,
        ROOT_IN_NAMESPACE,
        NOBODY
    }

    private static final String NOBODY_ID = "65534";

    static ServerUser of(Path directory) throws IOException, PostgresFailure {
        if (!isRoot(directory)) {
            return new ServerUser(Kind.OURSELVES);
        }
        if (works("unshare", "-U", "sh", "-c", "test \"$(id -u)\" != 0")) {
            return new ServerUser(Kind.ROOT_IN_NAMESPACE);
        }
        if (works(asNobody("true").toArray(String[]::new))) {
            return new ServerUser(Kind.NOBODY);
        }
        throw new PostgresFailure(
                "PostgreSQL does not run as root and this system offers no way around it: run Holm as"
                        + " an ordinary user, or set database.url");
    }

    /// The command line under which a program runs as this user.
    List<String> command(List<String> program) {
        return switch (kind) {
            case OURSELVES -> program;
            case ROOT_IN_NAMESPACE -> {
                List<String> command = new ArrayList<>(List.of("unshare", "-U"));
                command.addAll(program);
                yield command;
            }
            case NOBODY -> asNobody(program.toArray(String[]::new));
        };
    }

    /// Where the programs are unpacked: in the cache, unless the user could not read them
    /// there.
    Path binaries(Path cache, Path directory) {
        return kind == Kind.NOBODY ? directory : cache;
    }

    /// Hands the directory over to the user, where that is somebody else.
    void own(Path directory) throws IOException {
        if (kind == Kind.NOBODY
                && !works("chown", "-R", NOBODY_ID + ":" + NOBODY_ID, directory.toString())) {
            throw new IOException("cannot give " + directory + " to the user " + NOBODY_ID);
        }
    }

    private static List<String> asNobody(String... program) {
        List<String> command = new ArrayList<>(List.of(
                "setpriv", "--reuid=" + NOBODY_ID, "--regid=" + NOBODY_ID, "--clear-groups"));
        command.addAll(List.of(program));
        return command;
    }

    private static boolean isRoot(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, "owner", null);
        try {
            return probe.getFileSystem().supportedFileAttributeViews().contains("unix")
                    && Files.getAttribute(probe, "unix:uid").equals(0);
        } finally {
            Files.delete(probe);
        }
    }

    private static boolean works(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
