package im.holm.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The source as a contributor wrote it: every text file of the repository, nothing that a build
/// made and nothing that was fetched.
record SourceTree(Path root, List<SourceFile> files) {
    private static final Set<String> NOT_WRITTEN_HERE = Set.of(
            ".git",
            ".idea",
            ".vscode",
            ".venv",
            ".venv-synapse",
            "__pycache__",
            "data",
            "node_modules",
            "target");

    /// Violations that are there on purpose.
    private static final String PLANTED = "cli/system-tests/arrows/";

    private static final Set<String> TEXT = Set.of(
            "java",
            "xml",
            "md",
            "sh",
            "py",
            "mjs",
            "json",
            "yaml",
            "yml",
            "sql",
            "svg",
            "txt",
            "tsv",
            "properties");

    /// The repository's top folder; tests run in their module's.
    static Path rootFolder() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(folder.resolve("holm"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    static SourceTree read() {
        Path root = rootFolder();
        List<SourceFile> files = new ArrayList<>();
        try {
            Files.walkFileTree(root, new Reader(root, files));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SourceTree(root, List.copyOf(files));
    }

    Stream<SourceFile> all() {
        return files.stream();
    }

    Stream<SourceFile> java() {
        return all().filter(file -> file.path().endsWith(".java"));
    }

    Stream<SourceFile> mainJava() {
        return java().filter(file -> file.path().contains("/src/main/java/"));
    }

    SourceFile file(String path) {
        return all().filter(file -> file.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no " + path));
    }

    /// What the link `target` in `file` means.
    Path beside(SourceFile file, String target) {
        return root.resolve(file.path()).resolveSibling(target).normalize();
    }

    private static final class Reader extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<SourceFile> files;

        Reader(Path root, List<SourceFile> files) {
            this.root = root;
            this.files = files;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean skip = NOT_WRITTEN_HERE.contains(folder.getFileName().toString())
                    || (slashed(folder) + "/").startsWith(PLANTED);
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            if (attributes.isRegularFile() && isText(file.getFileName().toString())) {
                files.add(new SourceFile(
                        slashed(file), Files.readString(file).lines().toList()));
            }
            return FileVisitResult.CONTINUE;
        }

        private String slashed(Path path) {
            return root.relativize(path).toString().replace('\\', '/');
        }

        /// Files without an ending are scripts, LICENSE and the like.
        private static boolean isText(String name) {
            int dot = name.lastIndexOf('.');
            return dot <= 0 ? !name.startsWith(".") : TEXT.contains(name.substring(dot + 1));
        }
    }
}
