package im.holm.rooms;

import im.holm.engine.Memberships;
import im.holm.engine.RoomReader;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.EventRow;
import im.holm.engine.port.Identities;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;
import im.holm.slice.EduOutbox;
import im.holm.slice.EduType;
import im.holm.slice.Fields;
import im.holm.slice.Kernel;
import im.holm.slice.Receipts;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// How far users have read: read receipts and fully-read markers (client-server API, "Receipts",
/// "Read and unread markers").
final class ReadReceipts implements Receipts {

    static final String READ = "m.read";
    static final String READ_PRIVATE = "m.read.private";

    private static final List<String> TYPES = List.of(READ, READ_PRIVATE, AccountData.FULLY_READ);

    private final Journal journal;
    private final Identities identities;
    private final Memberships memberships;
    private final InstantSource time;
    private final ServerName serverName;
    private final RoomReader rooms;
    private final ReceiptTable table;
    private final AccountData accountData;
    private final EduOutbox edus;
    private final RoomAccess access;
    private final Unread unread;

    ReadReceipts(
            Kernel kernel,
            ReceiptTable table,
            AccountData accountData,
            EduOutbox edus,
            RoomAccess access,
            Unread unread) {
        this.journal = kernel.journal();
        this.identities = kernel.identities();
        this.memberships = kernel.memberships();
        this.time = kernel.time();
        this.serverName = kernel.serverName();
        this.rooms = kernel.rooms();
        this.table = table;
        this.accountData = accountData;
        this.edus = edus;
        this.access = access;
        this.unread = unread;
    }

    List<ClientRoute> routes() {
        return List.of(
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}",
                        new Documented("postReceipt", "r0", "ReceiptTest"),
                        this::receipt),
                ClientRoute.user(
                        Method.POST,
                        "/_matrix/client/v3/rooms/{roomId}/read_markers",
                        new Documented("setReadMarker", "r0", "ReceiptTest"),
                        this::markers));
    }

    EduType edu() {
        return new EduType("m.receipt", (origin, content) -> {
            ReceiptEdu.read(origin, content).forEach(this::receive);
            return EduType.Outcome.DONE;
        });
    }

    @Override
    public int unread(long roomNid, long userNid) {
        return unread.count(roomNid, userNid);
    }

    @Override
    public Optional<Problem> read(Caller caller, long roomNid, int ev) {
        Optional<RoomView> view = rooms.room(roomNid);
        Optional<StoredEvent> event =
                view.flatMap(known -> known.events(new int[] {ev}).stream().findFirst());
        if (event.isEmpty() || !RoomAccess.isJoined(view.get(), caller.user())) {
            return Optional.of(RoomAccess.notAMember());
        }
        return mark(caller, view.get(), READ, event.get().row().eventId(), Optional.empty());
    }

    static String type(short kind) {
        return kind == ReceiptTable.READ ? READ : READ_PRIVATE;
    }

    private Response receipt(Caller caller, Request http) {
        Fields body = Fields.ofOptionalBody(http);
        var parameters = body.parameters(http);
        Optional<RoomId> room = parameters.path("roomId", RoomId::parse);
        Optional<EventId> event = parameters.path("eventId", EventId::parse);
        Optional<String> type =
                parameters.path("receiptType", text -> Optional.of(text).filter(TYPES::contains));
        Optional<String> thread = body.optionalString("thread_id");
        boolean threadOfMarker = thread.isPresent()
                && type.filter(AccountData.FULLY_READ::equals).isPresent();
        if (body.object().has("thread_id")
                && (thread.filter(text -> !text.isEmpty()).isEmpty() || threadOfMarker)) {
            return Response.of(
                    Problem.of(ErrorCode.INVALID_PARAM, "'thread_id' cannot be this here."));
        }
        if (body.failed()) {
            return body.failure();
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) ->
                answer(mark(
                        caller, readable.view(), type.orElseThrow(), event.orElseThrow(), thread));
        };
    }

    private Response markers(Caller caller, Request http) {
        Fields body = Fields.of(http);
        Optional<RoomId> room = body.parameters(http).path("roomId", RoomId::parse);
        List<Optional<EventId>> events = TYPES.stream()
                .map(type -> body.optionalId(type, EventId::parse))
                .toList();
        if (body.failed()) {
            return body.failure();
        }
        return switch (access.joined(caller.user(), room.orElseThrow())) {
            case RoomAccess.Access.Denied(Problem problem) -> Response.of(problem);
            case RoomAccess.Access.Granted(var readable) -> {
                Optional<Problem> problem = Optional.empty();
                for (int i = 0; i < TYPES.size() && problem.isEmpty(); i++) {
                    if (events.get(i).isPresent()) {
                        problem = mark(
                                caller,
                                readable.view(),
                                TYPES.get(i),
                                events.get(i).get(),
                                Optional.empty());
                    }
                }
                yield answer(problem);
            }
        };
    }

    private static Response answer(Optional<Problem> problem) {
        return problem.map(Response::of).orElseGet(Response::empty);
    }

    private Optional<Problem> mark(
            Caller caller, RoomView view, String type, EventId eventId, Optional<String> thread) {
        Optional<StoredEvent> event = view.event(eventId)
                .filter(found ->
                        found.row().tl() != EventRow.NO_TL && view.visible(found, caller.user()));
        if (event.isEmpty()) {
            return Optional.of(Problem.of(ErrorCode.NOT_FOUND, "The room has no such event."));
        }
        OptionalInt threadEv = threadEv(view, thread);
        if (threadEv.isEmpty()) {
            return Optional.of(
                    Problem.of(ErrorCode.INVALID_PARAM, "'thread_id' is no thread's root."));
        }
        long roomNid = view.identity().roomNid();
        EventRow row = event.get().row();
        long now = time.millis();
        return switch (type) {
            case READ -> {
                Optional<Problem> problem = store(
                        new ReceiptTable.Row(
                                roomNid,
                                caller.userNid(),
                                ReceiptTable.READ,
                                threadEv.getAsInt(),
                                row.ev(),
                                row.tl(),
                                now),
                        new Fact(FactKind.RECEIPT, roomNid, caller.userNid()));
                if (problem.isEmpty()) {
                    tellOthers(view, caller.user(), eventId, thread, now);
                }
                yield problem;
            }
            // Of no concern to anybody else: a fact of the user, not of the room.
            case READ_PRIVATE ->
                store(
                        new ReceiptTable.Row(
                                roomNid,
                                caller.userNid(),
                                ReceiptTable.READ_PRIVATE,
                                threadEv.getAsInt(),
                                row.ev(),
                                row.tl(),
                                now),
                        new Fact(FactKind.ACCOUNT_DATA, caller.userNid(), roomNid));
            default ->
                accountData.set(
                        caller.userNid(),
                        roomNid,
                        AccountData.FULLY_READ,
                        JsonObject.of("event_id", new JsonString(eventId.text())));
        };
    }

    private Optional<Problem> store(ReceiptTable.Row row, Fact fact) {
        return Commits.commit(journal, table.writer(), row, fact, 0);
    }

    private static OptionalInt threadEv(RoomView view, Optional<String> thread) {
        if (thread.isEmpty()) {
            return OptionalInt.of(ReceiptTable.UNTHREADED);
        }
        if (thread.get().equals("main")) {
            return OptionalInt.of(ReceiptTable.MAIN_THREAD);
        }
        return EventId.parse(thread.get())
                .flatMap(view::event)
                .map(root -> OptionalInt.of(root.row().ev()))
                .orElse(OptionalInt.empty());
    }

    private void tellOthers(
            RoomView view, UserId user, EventId eventId, Optional<String> thread, long now) {
        Set<ServerName> others =
                new HashSet<>(memberships.servers(view.identity().roomNid()));
        others.remove(serverName);
        if (others.isEmpty()) {
            return;
        }
        String room = view.identity().roomId().text();
        var data = JsonObject.builder().put("ts", now);
        thread.ifPresent(id -> data.put("thread_id", id));
        JsonObject receipt = JsonObject.builder()
                .put("data", data.build())
                .put("event_ids", JsonArray.of(new JsonString(eventId.text())))
                .build();
        JsonObject content =
                JsonObject.of(room, JsonObject.of(READ, JsonObject.of(user.toString(), receipt)));
        edus.send("m.receipt", content, "m.receipt " + room + ' ' + user, others);
    }

    private void receive(ReceiptEdu receipt) {
        Optional<RoomView> view = rooms.room(receipt.room());
        if (view.isEmpty() || !RoomAccess.isJoined(view.get(), receipt.user())) {
            return;
        }
        OptionalInt threadEv = threadEv(view.get(), receipt.thread());
        Optional<EventRow> event = view.get()
                .event(receipt.event())
                .map(StoredEvent::row)
                .filter(row -> row.tl() != EventRow.NO_TL);
        if (threadEv.isPresent() && event.isPresent()) {
            long roomNid = view.get().identity().roomNid();
            long userNid = identities.userNid(receipt.user());
            store(
                    new ReceiptTable.Row(
                            roomNid,
                            userNid,
                            ReceiptTable.READ,
                            threadEv.getAsInt(),
                            event.get().ev(),
                            event.get().tl(),
                            receipt.ts()),
                    new Fact(FactKind.RECEIPT, roomNid, userNid));
        }
    }
}
