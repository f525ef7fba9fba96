package im.holm.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.config.Settings.DatabaseDurability;
import im.holm.platform.config.Settings.RegistrationMode;
import im.holm.protocol.id.ServerName;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ConfigLoaderTest {
    @TempDir
    Path directory;

    private ConfigOutcome load(String yaml, Map<String, String> environment) throws IOException {
        Path file = directory.resolve("holm.yaml");
        Files.writeString(file, yaml);
        return ConfigLoader.load(SettingRegistry.standard(), Optional.of(file), environment);
    }

    private Config loaded(String yaml, Map<String, String> environment) throws IOException {
        return switch (load(yaml, environment)) {
            case ConfigOutcome.Loaded(Config config) -> config;
            case ConfigOutcome.Rejected(List<ConfigProblem> problems) ->
                throw new AssertionError(problems.toString());
        };
    }

    private List<String> problems(String yaml, Map<String, String> environment) throws IOException {
        return switch (load(yaml, environment)) {
            case ConfigOutcome.Loaded _ -> List.of();
            case ConfigOutcome.Rejected(List<ConfigProblem> problems) ->
                problems.stream().map(ConfigProblem::toString).toList();
        };
    }

    @Test
    void everyKeyOfTheReferenceIsRead() throws IOException {
        Config config = loaded("""
                server_name: eu.example.org
                region: eu
                data_dir: ./data
                client:
                  host: 127.0.0.1
                  port: 8008
                  public_url: http://127.0.0.1:8008
                  tls: {certificate: null, key: null}
                  trusted_proxies: [10.0.0.0/8]
                gateway: {host: 127.0.0.1, port: 8009}
                auth: {public_url: null}
                media: {public_url: https://media.example.org/}
                federation:
                  host: 127.0.0.1
                  port: 8448
                  tls: {certificate: a.pem, key: b.pem}
                  trusted_ca: null
                  deny_addresses: []
                management:
                  host: 127.0.0.1
                  port: 9090
                database:
                  url: embedded
                  username: null
                  password: null
                  durability: unsafe
                registration:
                  mode: token
                  shared_secret: hush
                rate_limits: false
                room:
                  default_version: "12"
                appservices:
                  directory: null
                log:
                  level: debug
                  format: json
                """, Map.of());

        assertThat(config.get(Settings.SERVER_NAME)).isEqualTo(ServerName.of("eu.example.org"));
        assertThat(config.get(Settings.CLIENT_TRUSTED_PROXIES)).hasToString("[10.0.0.0/8]");
        assertThat(config.get(Settings.FEDERATION_TLS_KEY)).contains(Path.of("b.pem"));
        assertThat(config.get(Settings.FEDERATION_DENY_ADDRESSES)).isEmpty();
        assertThat(config.get(Settings.MEDIA_PUBLIC_URL))
                .hasToString("Optional[https://media.example.org]");
        assertThat(config.get(Settings.DATABASE_DURABILITY)).isEqualTo(DatabaseDurability.UNSAFE);
        assertThat(config.get(Settings.REGISTRATION_MODE)).isEqualTo(RegistrationMode.TOKEN);
        assertThat(config.get(Settings.RATE_LIMITS)).isFalse();
        assertThat(config.get(Settings.ROOM_DEFAULT_VERSION)).isEqualTo("12");
    }

    @Test
    void theEnvironmentWinsOverTheFileAndTheFileOverDefaults() throws IOException {
        Config config = loaded(
                "server_name: a.example\nclient: {port: 1234}\ngateway: {port: 5678}\n",
                Map.of(
                        "HOLM_CLIENT_PORT",
                        "4321",
                        "HOLM_FEDERATION_DENY_ADDRESSES",
                        "private, 8.8.8.8"));

        assertThat(config.get(Settings.CLIENT_PORT)).isEqualTo(4321);
        assertThat(config.get(Settings.GATEWAY_PORT)).isEqualTo(5678);
        assertThat(config.get(Settings.MANAGEMENT_PORT)).isEqualTo(9090);
        assertThat(config.get(Settings.FEDERATION_DENY_ADDRESSES))
                .containsExactly("private", "8.8.8.8");
        assertThat(config.effective())
                .anySatisfy(
                        line -> assertThat(line.key() + " " + line.value() + " " + line.source())
                                .isEqualTo("client.port 4321 environment"))
                .anySatisfy(
                        line -> assertThat(line.key() + " " + line.value() + " " + line.source())
                                .isEqualTo("gateway.port 5678 holm.yaml:3"))
                .anySatisfy(
                        line -> assertThat(line.key() + " " + line.value() + " " + line.source())
                                .isEqualTo("management.port 9090 default"));
    }

    @Test
    void secretsAreHidden() throws IOException {
        Config config = loaded(
                "server_name: a.example\nregistration: {shared_secret: hush-hush}\n",
                Map.of("HOLM_DATABASE_PASSWORD", "hush-too"));

        assertThat(config.effective().toString()).doesNotContain("hush");
        assertThat(config.get(Settings.REGISTRATION_SHARED_SECRET)).contains("hush-hush");
    }

    @Test
    void anUnknownKeyIsOneLineWithAHint() throws IOException {
        assertThat(problems("server_name: a.example\nclient:\n  prot: 1\n", Map.of()))
                .containsExactly("holm.yaml:3: unknown key client.prot; did you mean client.port?");
        assertThat(problems("server_name: a.example\nsomething: {else: 1}\n", Map.of()))
                .containsExactly("holm.yaml:2: unknown key something");
    }

    @Test
    void anUnknownVariableIsOneLineWithAHint() throws IOException {
        assertThat(problems(
                        "server_name: a.example\n",
                        Map.of("HOLM_CLIENT_PROT", "1", "PATH", "/bin")))
                .containsExactly(
                        "HOLM_CLIENT_PROT: unknown setting in the environment; did you mean HOLM_CLIENT_PORT?");
    }

    @Test
    void everyBadValueIsFoundAtOnce() throws IOException {
        assertThat(problems("""
                server_name: "not a name"
                client: {port: 99999, public_url: "ftp://x"}
                registration: {mode: sometimes}
                rate_limits: [1, 2]
                federation: {deny_addresses: [private, nonsense]}
                database: {password: {a: b}}
                """, Map.of("HOLM_LOG_LEVEL", "loud")))
                .containsExactlyInAnyOrder(
                        "holm.yaml:1: server_name: expected a server name such as example.org, found \"not a name\"",
                        "holm.yaml:2: client.port: expected a whole number from 0 to 65535, found \"99999\"",
                        "holm.yaml:2: client.public_url: expected an http or https URL, or null, found \"ftp://x\"",
                        "holm.yaml:3: registration.mode: expected one of closed, token, open, found \"sometimes\"",
                        "holm.yaml:4: rate_limits: expected true or false, found a list with something else in it",
                        "holm.yaml:5: federation.deny_addresses: expected a list, each item a CIDR block or the word"
                                + " private, found a list with something else in it",
                        "holm.yaml:6: database.password: expected text, or null, found keys inside it",
                        "HOLM_LOG_LEVEL: log.level: expected one of trace, debug, info, warn, error, found \"loud\"");
    }

    @Test
    void aMissingRequiredKeyIsNamedWithItsVariable() throws IOException {
        assertThat(problems("region: eu\n", Map.of()))
                .containsExactly(
                        "missing required key server_name (or HOLM_SERVER_NAME): a server name such as"
                                + " example.org");
    }

    @Test
    void aKeySetTwiceIsRefused() throws IOException {
        assertThat(problems("server_name: a.example\nregion: eu\nregion: us\n", Map.of()))
                .containsExactly("holm.yaml:3: region is set twice");
    }

    @Test
    void aCertificateWithoutItsKeyIsRefused() throws IOException {
        assertThat(problems(
                        "server_name: a.example\nclient: {tls: {certificate: a.pem}}\n", Map.of()))
                .containsExactly(
                        "holm.yaml:2: client.tls.certificate and client.tls.key belong together: set both or"
                                + " neither");
    }

    @Test
    void whatIsNotYamlNamesTheLine() throws IOException {
        assertThat(problems("server_name: a.example\nclient: {port: 1\n", Map.of()))
                .singleElement()
                .asString()
                .startsWith("holm.yaml:3: not YAML: ")
                .doesNotContain("\n");
        assertThat(problems("- a\n- b\n", Map.of()))
                .contains("holm.yaml:1: expected keys and values");
    }

    @Test
    void bombsAreRefused() throws IOException {
        assertThat(problems("a: &a [x]\nserver_name: *a\n", Map.of()))
                .contains("holm.yaml:2: aliases are not used here");
        assertThat(problems("server_name: a.example\nclient: " + "{a: ".repeat(10_000), Map.of()))
                .isNotEmpty();
        assertThat(problems("server_name: " + "[".repeat(100_000), Map.of())).isNotEmpty();
        assertThat(problems("#".repeat(1024 * 1024 + 1), Map.of()))
                .anyMatch(
                        problem -> problem.endsWith("larger than 1 MiB: not a configuration file"));
    }

    @Test
    void aMissingFileIsOneLine() {
        Path missing = directory.resolve("nothing.yaml");

        assertThat(ConfigLoader.load(SettingRegistry.standard(), Optional.of(missing), Map.of()))
                .isInstanceOfSatisfying(
                        ConfigOutcome.Rejected.class,
                        rejected -> assertThat(rejected.problems().getFirst().toString())
                                .isEqualTo("there is no file " + missing));
    }

    @Test
    void withoutAFileTheEnvironmentIsEnough() {
        assertThat(ConfigLoader.load(
                        SettingRegistry.standard(),
                        Optional.empty(),
                        Map.of("HOLM_SERVER_NAME", "b.example")))
                .isInstanceOf(ConfigOutcome.Loaded.class);
    }

    @Test
    void aSliceAddsItsOwnSettings() throws IOException {
        Setting<Integer> own =
                Setting.of("push.timeout_ms", Kind.wholeNumber(1, 60_000), 5_000, "A slice's own.");
        SettingRegistry registry = SettingRegistry.standard().with(List.of(own));
        Path file = directory.resolve("own.yaml");
        Files.writeString(file, "server_name: a.example\npush: {timeout_ms: 70}\n");

        assertThat(ConfigLoader.load(registry, Optional.of(file), Map.of()))
                .isInstanceOfSatisfying(
                        ConfigOutcome.Loaded.class,
                        loaded -> assertThat(loaded.config().get(own)).isEqualTo(70));
    }
}
