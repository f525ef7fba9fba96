package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.Api.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class AdminTest {

    private static final String USERS = "/_holm/admin/v1/users";
    private static final String SHARED = "/_synapse/admin/v1/register";
    private static final String SECRET = "it is a secret";

    private static AccountsNode node;
    private static Api admin;

    @BeforeAll
    static void start() {
        node = AccountsNode.start(plan -> plan.with("HOLM_REGISTRATION_MODE", "closed")
                .with("HOLM_REGISTRATION_SHARED_SECRET", SECRET));
        admin = node.management()
                .as(AdminKey.read(node.dir())
                        .orElseThrow()
                        .authorization()
                        .substring("Bearer ".length()));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void anAccountIsMadeOnARunningServerWithAPasswordOfItsOwnOrAGivenOne() {
        Reply made = admin.post(USERS, "{\"name\":\"ada\",\"displayname\":\"Ada\"}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.text("user_id")).isEqualTo("@ada:test.example");
        assertThat(node.login("ada", made.text("password")).status()).isEqualTo(200);
        assertThat(node.api().get("/profile/@ada:test.example").text("displayname"))
                .isEqualTo("Ada");

        Reply given = admin.post(USERS, "{\"name\":\"bob\",\"password\":\"battery staple\"}");
        assertThat(given.body().has("password")).isFalse();
        assertThat(node.login("bob", "battery staple").status()).isEqualTo(200);
        assertThat(admin.post(USERS, "{\"name\":\"bob\"}").error()).isEqualTo("M_USER_IN_USE");
    }

    @Test
    void nothingButTheKeyOpensTheAdminApi() {
        assertThat(node.management().post(USERS, "{\"name\":\"eve\"}").error())
                .isEqualTo("M_MISSING_TOKEN");
        assertThat(node.management()
                        .as("hol_adm_guess")
                        .post(USERS, "{\"name\":\"eve\"}")
                        .error())
                .isEqualTo("M_UNKNOWN_TOKEN");
        Reply made = admin.post(USERS, "{\"name\":\"root\",\"admin\":true}");
        String token = node.login("root", made.text("password")).text("access_token");
        assertThat(node.management().as(token).post(USERS, "{\"name\":\"eve\"}").status())
                .isEqualTo(401);
        assertThat(node.api().get("/profile/@eve:test.example").status()).isEqualTo(404);
    }

    @Test
    void theClientListenerHasNoAdminApi() {
        Reply reply = node.api().post(USERS, "{\"name\":\"eve\"}");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.error()).isEqualTo("M_UNRECOGNIZED");
    }

    @Test
    void aMalformedAccountIsTold() {
        assertThat(admin.post(USERS, "{}").error()).isEqualTo("M_MISSING_PARAM");
        assertThat(admin.post(USERS, "{\"name\":7}").error()).isEqualTo("M_BAD_JSON");
        assertThat(admin.post(USERS, "{\"name\":\"A B\"}").error()).isEqualTo("M_INVALID_USERNAME");
        assertThat(admin.post(USERS, "{\"name\":\"x\",\"password\":\"short\"}").error())
                .isEqualTo("M_WEAK_PASSWORD");
        assertThat(admin.post(USERS, "nonsense").error()).isEqualTo("M_NOT_JSON");
    }

    @Test
    void theKeyIsItsOwnersAloneAndSurvivesARestart(@TempDir Path dir) throws IOException {
        assertThat(AdminKey.read(dir)).isEmpty();
        AdminKey made = AdminKey.obtain(dir);
        assertThat(AdminKey.obtain(dir).authorization()).isEqualTo(made.authorization());
        Path file = dir.resolve(AdminKey.FILE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.writeString(file, "broken");
        assertThat(AdminKey.read(dir)).isEmpty();
        assertThat(AdminKey.obtain(dir).authorization()).isNotEqualTo(made.authorization());
    }

    @Test
    void whoKnowsTheSharedSecretRegistersUsers() {
        Reply made = register(nonce(), "carol", "correct horse", false, SECRET);
        assertThat(made.status()).isEqualTo(200);
        assertThat(node.api()
                        .as(made.text("access_token"))
                        .get("/account/whoami")
                        .text("user_id"))
                .isEqualTo("@carol:test.example");
    }

    @Test
    void aNonceServesOnceAndNotForLong() {
        String nonce = nonce();
        assertThat(register(nonce, "dave", "correct horse", false, "guess").error())
                .isEqualTo("M_FORBIDDEN");
        assertThat(register(nonce, "dave", "correct horse", false, SECRET).status())
                .isEqualTo(400);
        String late = nonce();
        node.time.advance(Duration.ofMinutes(2));
        assertThat(register(late, "dave", "correct horse", false, SECRET).status())
                .isEqualTo(400);
    }

    @Test
    void theMacCoversWhetherTheUserIsAnAdministrator() {
        String nonce = nonce();
        String mac = mac(nonce, "mallory", "correct horse", false, SECRET);
        Reply reply = node.api().post(SHARED, body(nonce, "mallory", "correct horse", true, mac));
        assertThat(reply.error()).isEqualTo("M_FORBIDDEN");
    }

    @Test
    void withoutASharedSecretThereIsNoSuchEndpoint() {
        try (var without = AccountsNode.start()) {
            assertThat(without.api().get(SHARED).error()).isEqualTo("M_UNRECOGNIZED");
        }
    }

    private static String nonce() {
        return node.api().get(SHARED).text("nonce");
    }

    private static Reply register(
            String nonce, String name, String password, boolean admin, String secret) {
        String mac = mac(nonce, name, password, admin, secret);
        return node.api().post(SHARED, body(nonce, name, password, admin, mac));
    }

    private static String body(
            String nonce, String name, String password, boolean admin, String mac) {
        return "{\"nonce\":\"" + nonce + "\",\"username\":\"" + name + "\",\"password\":\""
                + password + "\",\"admin\":" + admin + ",\"mac\":\"" + mac + "\"}";
    }

    private static String mac(
            String nonce, String name, String password, boolean admin, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            mac.update(nonce.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            mac.update(password.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            mac.update((admin ? "admin" : "notadmin").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
