package im.holm.accounts;

import im.holm.accounts.AccountTable.Creation;
import im.holm.engine.port.Identities;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.slice.RateLimit;

import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/// Making accounts and proving that one is somebody's.
final class Accounts {

    /// Wrong passwords for one account from one address: 10 at once, then one in ten seconds.
    private static final int FAILURE_BURST = 10;
    private static final double FAILURES_PER_SECOND = 0.1;

    private final ServerName server;
    private final AccountTable table;
    private final Passwords passwords;
    private final Identities identities;
    private final InstantSource time;
    private final RateLimit failures;

    Accounts(
            ServerName server,
            AccountTable table,
            Passwords passwords,
            Identities identities,
            boolean limited,
            InstantSource time) {
        this.server = server;
        this.table = table;
        this.passwords = passwords;
        this.identities = identities;
        this.time = time;
        this.failures = new RateLimit(limited, FAILURE_BURST, FAILURES_PER_SECOND, time);
    }

    /// @param registrationToken one use of it is spent
    record NewAccount(
            UserId user,
            Optional<String> password,
            boolean admin,
            Optional<String> registrationToken) {}

    sealed interface Creating {
        record Created(UserId user, long userNid) implements Creating {}

        record Failed(Problem problem) implements Creating {}
    }

    sealed interface SignIn {
        record Proven(Account account) implements SignIn {}

        record Failed(Problem problem) implements SignIn {}
    }

    Creating create(NewAccount account) {
        Optional<String> hash = Optional.empty();
        if (account.password().isPresent()) {
            switch (passwords.hash(account.password().get())) {
                case Passwords.Hashing.Done(String phc) -> hash = Optional.of(phc);
                case Passwords.Hashing.Busy(Problem problem) -> {
                    return new Creating.Failed(problem);
                }
            }
        }
        long userNid = identities.userNid(account.user());
        Creation creation = table.create(
                userNid,
                account.user().localpart(),
                hash,
                account.admin(),
                time.millis(),
                account.registrationToken());
        return switch (creation) {
            case CREATED -> new Creating.Created(account.user(), userNid);
            case NAME_TAKEN -> new Creating.Failed(Problem.of(ErrorCode.USER_IN_USE));
            case TOKEN_SPENT ->
                new Creating.Failed(Problem.of(
                        ErrorCode.FORBIDDEN, "The registration token is not valid any more."));
        };
    }

    /// Whether the name can still be had.
    boolean isFree(UserId user) {
        return table.byLocalpart(user.localpart()).isEmpty();
    }

    Optional<Account> find(UserId user) {
        return user.server().equals(server)
                ? table.byLocalpart(user.localpart())
                : Optional.empty();
    }

    /// Checks a password. No such user, a wrong password and a deactivated account take the
    /// same time; the first two answer the same.
    ///
    /// @param name a localpart or a whole user id
    /// @param address of the client, to slow down guessing
    SignIn signIn(String name, String password, String address) {
        Optional<UserId> user = named(name);
        // By whom is meant, not by what was typed: a name in other letters is no further
        // guess.
        String failureKey = address + " " + user.map(UserId::toString).orElse("");
        Optional<Problem> limited = failures.check(failureKey);
        if (limited.isPresent()) {
            return new SignIn.Failed(limited.get());
        }
        Optional<Account> account = user.flatMap(this::find);
        return switch (passwords.compare(account.flatMap(Account::password), password)) {
            case Passwords.Comparison.Same _ -> new SignIn.Proven(account.get());
            case Passwords.Comparison.Busy(Problem problem) -> new SignIn.Failed(problem);
            case Passwords.Comparison.Different _ -> {
                failures.take(failureKey);
                yield new SignIn.Failed(
                        account.filter(found -> !found.active()).isPresent()
                                ? Problem.of(ErrorCode.USER_DEACTIVATED)
                                : Problem.of(ErrorCode.FORBIDDEN, "Wrong user name or password."));
            }
        };
    }

    /// Replaces a password. Devices stay signed in; that is the caller's to decide.
    Optional<Problem> changePassword(long userNid, String password) {
        return switch (passwords.hash(password)) {
            case Passwords.Hashing.Busy(Problem problem) -> Optional.of(problem);
            case Passwords.Hashing.Done(String phc) -> {
                table.setPassword(userNid, phc);
                yield Optional.empty();
            }
        };
    }

    /// The user that somebody means who types a name. Local parts have small letters only, and
    /// telephones like to begin with a capital.
    private Optional<UserId> named(String name) {
        String id = name.startsWith("@") ? name : "@" + name + ":" + server;
        return UserId.parse(id)
                .flatMap(user -> UserId.parse(
                        "@" + user.localpart().toLowerCase(Locale.ROOT) + ":" + user.server()));
    }
}
