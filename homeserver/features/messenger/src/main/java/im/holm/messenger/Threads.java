package im.holm.messenger;

import im.holm.engine.Memberships;
import im.holm.engine.RoomCommands;
import im.holm.engine.RoomCommands.CreateOutcome;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.port.Identities;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.messenger.OneToOneTable.Pair;
import im.holm.messenger.ThreadAccess.Access;
import im.holm.platform.error.Blame;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.version.RoomVersion;
import im.holm.slice.Caller;
import im.holm.slice.UserSource;

import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/// Opening threads. Two users have one one-to-one thread on this server, however often and from
/// wherever it is asked for: a lock orders those who ask here, the table's key those who ask
/// other nodes.
///
/// NOTSPEC: while two servers open the same pair's thread at the same moment, there are two.
final class Threads {

    /// Participants of a group, the invited ones included.
    static final int GROUP_MAX = 250;

    private static final int LOCKS = 256;

    private final ServerName server;
    private final RoomCommands commands;
    private final RoomReader rooms;
    private final Memberships memberships;
    private final Identities identities;
    private final UserSource users;
    private final ThreadAccess access;
    private final Entering entering;
    private final OneToOneTable table;
    private final RoomVersion version;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    Threads(
            ServerName server,
            RoomCommands commands,
            RoomReader rooms,
            Memberships memberships,
            Identities identities,
            UserSource users,
            ThreadAccess access,
            Entering entering,
            OneToOneTable table,
            RoomVersion version) {
        this.server = server;
        this.commands = commands;
        this.rooms = rooms;
        this.memberships = memberships;
        this.identities = identities;
        this.users = users;
        this.access = access;
        this.entering = entering;
        this.table = table;
        this.version = version;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    sealed interface Opening {
        /// @param created whether it was not there before
        record Open(RoomView view, boolean created) implements Opening {}

        record Failed(Problem problem) implements Opening {}
    }

    /// The thread of the caller and another user, made if there is none; the caller is in it,
    /// the other one in it or invited.
    Opening oneToOne(Caller caller, UserId other) {
        Optional<Problem> refusal = refusal(caller.user(), other);
        if (refusal.isPresent()) {
            return new Opening.Failed(refusal.get());
        }
        Pair pair = Pair.of(caller.userNid(), identities.userNid(other));
        Opening opening;
        var lock = locks[Math.floorMod(pair.hashCode(), LOCKS)];
        lock.lock();
        try {
            opening = settled(caller.user(), other, pair);
        } finally {
            lock.unlock();
        }
        // Another server may be asked now, for up to a minute: nobody else has to wait for
        // that.
        return switch (opening) {
            case Opening.Failed failed -> failed;
            case Opening.Open(RoomView view, boolean created) ->
                enter(caller.user(), other, view, created);
        };
    }

    /// A new group, the others invited. Who cannot be invited is left out; the caller sees it
    /// in the thread's participants.
    Opening group(Caller caller, Collection<UserId> others, Optional<String> name) {
        var invited = new TreeSet<>(others);
        invited.remove(caller.user());
        if (invited.size() + 1 > GROUP_MAX) {
            return new Opening.Failed(Problem.of(
                    ErrorCode.INVALID_PARAM, "A group has at most " + GROUP_MAX + " members."));
        }
        for (UserId user : invited) {
            Optional<Problem> refusal = refusal(caller.user(), user);
            if (refusal.isPresent()) {
                return new Opening.Failed(refusal.get());
            }
        }
        return switch (create(caller.user(), ThreadType.GROUP, new TreeSet<>(), name)) {
            case Opening.Failed failed -> failed;
            case Opening.Open(RoomView view, boolean _) -> {
                invited.forEach(user -> entering.invite(caller.user(), user, view, false));
                yield new Opening.Open(fresh(view), true);
            }
        };
    }

    /// Enters a thread that the caller is invited to.
    Optional<Problem> join(Caller caller, Access found) {
        return switch (found) {
            case Access.Joined _ -> Optional.empty();
            case Access.None _ -> Optional.of(Answers.noThread());
            case Access.Invited(RoomView view, StoredMember member) -> {
                Optional<Problem> failure = entering.accept(caller.user(), view, member);
                if (failure.isEmpty()) {
                    remember(caller, fresh(view));
                }
                yield failure;
            }
        };
    }

    Optional<Problem> invite(Caller caller, RoomView view, UserId user) {
        Optional<Problem> refusal = refusal(caller.user(), user);
        if (refusal.isPresent()) {
            return refusal;
        }
        if (ThreadType.of(view) != ThreadType.GROUP) {
            return Optional.of(Problem.of(
                    ErrorCode.FORBIDDEN, "This thread has its two participants; open a group."));
        }
        if (view.head().joined() + view.head().invited() >= GROUP_MAX) {
            return Optional.of(Problem.of(
                    ErrorCode.RESOURCE_LIMIT_EXCEEDED,
                    "The group has its " + GROUP_MAX + " members."));
        }
        return entering.invite(caller.user(), user, view, false);
    }

    /// The pair's thread, with whoever is in it.
    private Opening settled(UserId caller, UserId other, Pair pair) {
        OptionalLong known = table.find(pair);
        Optional<RoomView> usable =
                known.isPresent() ? usable(caller, known.getAsLong()) : adoptable(caller, other);
        Opening opening = usable.map(view -> (Opening) new Opening.Open(view, false))
                .orElseGet(() -> create(
                        caller,
                        ThreadType.ONE_TO_ONE,
                        new TreeSet<>(Set.of(other)),
                        Optional.empty()));
        return switch (opening) {
            case Opening.Failed failed -> failed;
            case Opening.Open(RoomView view, boolean created) -> {
                long settled = table.settle(pair, view.identity().roomNid(), known.orElse(0));
                var open = new Opening.Open(rooms.room(settled).orElse(view), created);
                yield created && other.server().equals(server)
                        ? brought(caller, other, open)
                        : open;
            }
        };
    }

    /// A user of this server is invited before anybody else looks: who writes to the caller at
    /// the same moment must find the thread and be able to enter it.
    private Opening brought(UserId caller, UserId other, Opening.Open open) {
        return bring(caller, other, open.view())
                .map(problem -> (Opening) new Opening.Failed(problem))
                .orElse(open);
    }

    private Opening enter(UserId caller, UserId other, RoomView view, boolean created) {
        Optional<Problem> failure = switch (access.of(caller, view)) {
            case Access.Joined _ -> Optional.empty();
            case Access.None _ -> Optional.of(Answers.noThread());
            case Access.Invited(RoomView invitation, StoredMember member) ->
                entering.accept(caller, invitation, member);
        };
        if (failure.isEmpty()) {
            failure = bring(caller, other, view);
            if (created && failure.filter(Threads::isFinal).isPresent()) {
                abandon(caller, view);
            }
        }
        return failure.isPresent()
                ? new Opening.Failed(failure.get())
                : new Opening.Open(fresh(view), created);
    }

    /// Asking again would be answered alike; a server that could not be reached may answer
    /// later, and then the thread is there.
    private static boolean isFinal(Problem problem) {
        return problem.code().blame() == Blame.USER && problem.retryAfterMs().isEmpty();
    }

    /// A thread that was made for somebody who cannot be invited is no conversation.
    private void abandon(UserId caller, RoomView view) {
        entering.leave(caller, view, Optional.empty());
        memberships.forget(view.identity().roomNid(), caller);
    }

    private Optional<Problem> bring(UserId caller, UserId other, RoomView view) {
        return switch (access.of(other, view)) {
            case Access.Joined _, Access.Invited _ -> Optional.empty();
            case Access.None _ -> entering.invite(caller, other, view, true);
        };
    }

    /// A thread that the caller has left is theirs no more: they could not come back to it.
    private Optional<RoomView> usable(UserId caller, long roomNid) {
        return switch (access.of(caller, roomNid)) {
            case Access.Joined(RoomView view) -> Optional.of(view);
            case Access.Invited(RoomView view, StoredMember _) -> Optional.of(view);
            case Access.None _ -> Optional.empty();
        };
    }

    /// A thread of the pair that the table does not know: the other one's server has made it,
    /// or this one stopped before it had written it down.
    private Optional<RoomView> adoptable(UserId caller, UserId other) {
        Set<UserId> pair = Set.of(caller, other);
        return memberships.ofUser(caller).stream()
                .flatMap(member -> rooms
                        .room(member.roomNid())
                        .filter(view ->
                                pairOf(view, member).filter(pair::equals).isPresent())
                        .stream())
                .findFirst();
    }

    /// What an invitation tells of a room is its sender's word: it counts only if the sender,
    /// whose server has signed the invitation, is one of the two. Else anybody could put
    /// themselves between two others.
    private static Optional<Set<UserId>> pairOf(RoomView view, StoredMember member) {
        return switch (member.membership()) {
            case JOIN -> ThreadType.pair(view);
            case INVITE ->
                ThreadType.invitedPair(view, member.user())
                        .filter(pair -> ThreadView.inviter(view, member)
                                .filter(pair::contains)
                                .isPresent());
            case LEAVE, BAN, KNOCK -> Optional.empty();
        };
    }

    private void remember(Caller caller, RoomView view) {
        ThreadType.pair(view)
                .filter(pair -> pair.contains(caller.user()))
                .flatMap(pair -> pair.stream()
                        .filter(user -> !user.equals(caller.user()))
                        .findFirst())
                .ifPresent(other -> table.settle(
                        Pair.of(caller.userNid(), identities.userNid(other)),
                        view.identity().roomNid(),
                        0));
    }

    private Opening create(
            UserId creator, ThreadType type, TreeSet<UserId> others, Optional<String> name) {
        var thread = new NewThread(type, creator, entering.profile(creator), others, name, version);
        return switch (commands.create(thread.command())) {
            case CreateOutcome.Failed(Problem problem) -> new Opening.Failed(problem);
            case CreateOutcome.Created created ->
                new Opening.Open(rooms.room(created.roomNid()).orElseThrow(), true);
        };
    }

    private RoomView fresh(RoomView view) {
        return rooms.room(view.identity().roomNid()).orElse(view);
    }

    private Optional<Problem> refusal(UserId caller, UserId other) {
        if (other.equals(caller)) {
            return Optional.of(
                    Problem.of(ErrorCode.INVALID_PARAM, "A thread needs somebody else."));
        }
        return other.server().equals(server) && !users.exists(other)
                ? Optional.of(Problem.of(ErrorCode.NOT_FOUND, "There is no such user."))
                : Optional.empty();
    }
}
