package im.holm.accounts;

import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.slice.Caller;
import im.holm.slice.Fields;
import im.holm.slice.Reauthentication;

import java.util.Optional;

/// Asks who is signed in for their password once more, for what other slices guard.
final class OwnProof implements Reauthentication {

    private final Uia uia;
    private final OwnPassword ownPassword;

    OwnProof(Uia uia, OwnPassword ownPassword) {
        this.uia = uia;
        this.ownPassword = ownPassword;
    }

    @Override
    public Optional<Response> demand(
            Caller caller, Request request, String operation, Fields body) {
        Uia.Verdict verdict = uia.authenticate(
                operation + " " + caller.userNid(),
                body,
                Uia.Stage.PASSWORD,
                auth -> ownPassword.check(caller, request.remote().address(), auth));
        return switch (verdict) {
            case Uia.Verdict.Ask(Response response) -> Optional.of(response);
            case Uia.Verdict.Passed passed -> {
                uia.finish(passed);
                yield Optional.empty();
            }
        };
    }
}
