package im.holm.accounts;

import im.holm.accounts.Accounts.SignIn;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.slice.Caller;
import im.holm.slice.Fields;

/// The stage `m.login.password` for a user who is signed in already: only their own will do.
final class OwnPassword {

    private final ServerName server;
    private final Accounts accounts;

    OwnPassword(ServerName server, Accounts accounts) {
        this.server = server;
        this.accounts = accounts;
    }

    Uia.Outcome check(Caller caller, String address, Fields auth) {
        String password = auth.string("password");
        return switch (Identifiers.read(auth)) {
            case Identifiers.Meant.Failed(Problem problem) ->
                problem.code() == ErrorCode.FORBIDDEN
                        ? new Uia.Outcome.Refused(problem.message())
                        : new Uia.Outcome.Failed(problem);
            case Identifiers.Meant.User(String name) -> check(caller, address, name, password);
        };
    }

    private Uia.Outcome check(Caller caller, String address, String name, String password) {
        return switch (accounts.signIn(name, password, address)) {
            case SignIn.Proven(Account account) ->
                new UserId(account.localpart(), server).equals(caller.user())
                        ? new Uia.Outcome.Proven("")
                        : new Uia.Outcome.Refused("This is another user's password.");
            case SignIn.Failed(Problem problem) ->
                problem.code() == ErrorCode.LIMIT_EXCEEDED
                        ? new Uia.Outcome.Failed(problem)
                        : new Uia.Outcome.Refused("Wrong password.");
        };
    }
}
