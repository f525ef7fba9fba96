package im.holm.cli.demo;

import im.holm.platform.egress.Egress;
import im.holm.platform.egress.WsClient;

import java.util.List;
import java.util.Optional;

/// One conversation across two regions: Ada in the EU on the Messenger API, Grace in the US on the
/// Matrix client API. Everything that it asserts it asserts of what the public APIs answer.
final class Conversation {

    private static final int EXCHANGES = 5;
    private static final String PASSWORD = "correct horse battery staple";

    private final Region eu;
    private final Region us;
    private final Egress egress;
    private final Transcript transcript;

    Conversation(Region eu, Region us, Egress egress, Transcript transcript) {
        this.eu = eu;
        this.us = us;
        this.egress = egress;
        this.transcript = transcript;
    }

    /// @throws DemoFailure when something is not as it must be
    People hold() throws InterruptedException {
        var euApi = new ApiClient(egress, eu.clientUrl(), Optional.empty());
        var usApi = new ApiClient(egress, us.clientUrl(), Optional.empty());
        MatrixUser.Account ada = MatrixUser.register(euApi, "ada", PASSWORD);
        MatrixUser.Account grace = MatrixUser.register(usApi, "grace", PASSWORD);
        MatrixUser.of(euApi, ada).setDisplayName("Ada");
        MatrixUser graceClient = MatrixUser.of(usApi, grace);
        graceClient.setDisplayName("Grace");
        graceClient.sync();
        transcript.note(ada.userId() + " is on /v1 and the gateway of " + eu.name());
        transcript.note(grace.userId() + " is on a Matrix client of " + us.name());
        try (WsClient sockets = WsClient.open();
                MessengerUser adaApp = MessengerUser.connect(euApi, sockets, ada.accessToken())) {
            talk(adaApp, graceClient, grace.userId());
        }
        return new People(ada, grace, PASSWORD);
    }

    record People(MatrixUser.Account ada, MatrixUser.Account grace, String password) {}

    private void talk(MessengerUser ada, MatrixUser grace, String graceId)
            throws InterruptedException {
        String first = "Hello Grace, this was said before you joined.";
        long sent = System.nanoTime();
        String thread = ada.sendTo(graceId, first).threadId();
        transcript.said(eu.name(), "Ada", first);
        String room = grace.awaitInvite();
        transcript.delivered(us.name(), "Grace", "saw the invite", sent);
        grace.join(room);
        transcript.said(us.name(), "Grace", "joins over federation");
        require(
                grace.history(room).contains(first),
                "the message from before the join is backfilled");
        transcript.note("history from before the join was backfilled");
        for (int exchange = 1; exchange <= EXCHANGES; exchange++) {
            exchange(ada, grace, thread, room, exchange);
        }
        compare(ada, grace, thread, room);
    }

    private void exchange(
            MessengerUser ada, MatrixUser grace, String thread, String room, int number)
            throws InterruptedException {
        String question = "Question " + number + " from the EU";
        long asked = System.nanoTime();
        ada.send(thread, question);
        transcript.said(eu.name(), "Ada", question);
        grace.awaitMessage(room, question);
        transcript.delivered(us.name(), "Grace", "saw it in /sync", asked);
        String answer = "Answer " + number + " from the US";
        long answered = System.nanoTime();
        grace.send(room, answer);
        transcript.said(us.name(), "Grace", answer);
        ada.awaitMessage(thread, answer);
        transcript.delivered(eu.name(), "Ada", "saw it on the gateway", answered);
    }

    /// Both regions tell the same history and the same members.
    private void compare(MessengerUser ada, MatrixUser grace, String thread, String room) {
        List<String> inEu = ada.history(thread);
        List<String> inUs = grace.history(room);
        require(inEu.size() == 1 + 2 * EXCHANGES, "the EU has the whole history: " + inEu);
        require(inEu.equals(inUs), "both regions tell the same history: " + inEu + " / " + inUs);
        List<String> participants = ada.participants(thread).stream().sorted().toList();
        List<String> members = grace.members(room).stream().sorted().toList();
        require(participants.equals(members), "same members: " + participants + " / " + members);
        transcript.note("history and members are the same in both regions");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new DemoFailure("not true: " + what);
        }
    }
}
