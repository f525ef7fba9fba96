package im.holm.cli;

import picocli.CommandLine.IVersionProvider;

/// What `holm --version` prints.
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Main.class.getPackage().getImplementationVersion();
        return new String[] {
            "Holm " + (version == null ? "0.1.0-SNAPSHOT" : version), "Java " + Runtime.version(),
        };
    }
}
