package im.holm.rooms;

import im.holm.platform.http.Method;
import im.holm.platform.http.Request;
import im.holm.platform.http.Response;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.slice.Caller;
import im.holm.slice.ClientRoute;
import im.holm.slice.Documented;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reading push rules (client-server API, "Push rules: API").
final class PushRuleRoutes {

    private static final String ROOT = "/_matrix/client/v3/pushrules/";
    private static final String RULE = ROOT + "global/{kind}/{ruleId}";

    private PushRuleRoutes() {}

    static List<ClientRoute> routes() {
        return List.of(
                route(
                        ROOT,
                        "getPushRules",
                        (caller, _) -> Answers.json(PushRules.all(caller.user()))),
                route(
                        ROOT + "global/",
                        "getPushRulesGlobal",
                        (caller, _) -> Answers.json(PushRules.global(caller.user()))),
                route(RULE, "getPushRule", (caller, http) -> of(caller, http, rule -> rule)),
                route(
                        RULE + "/enabled",
                        "isPushRuleEnabled",
                        (caller, http) -> of(
                                caller,
                                http,
                                rule -> JsonObject.of(
                                        "enabled",
                                        JsonBoolean.of(rule.bool("enabled").orElse(false))))),
                route(
                        RULE + "/actions",
                        "getPushRuleActions",
                        (caller, http) -> of(
                                caller,
                                http,
                                rule -> JsonObject.of(
                                        "actions",
                                        rule.array("actions").orElse(JsonArray.EMPTY)))));
    }

    private static ClientRoute route(
            String path, String operationId, ClientRoute.UserHandler handler) {
        return ClientRoute.user(
                Method.GET, path, new Documented(operationId, "r0", "PushRulesTest"), handler);
    }

    private static Response of(
            Caller caller, Request http, Function<JsonObject, JsonObject> answer) {
        return find(caller, http.param("kind"), http.param("ruleId"))
                .map(rule -> Answers.json(answer.apply(rule)))
                .orElseGet(() -> Answers.notFound("There is no such push rule."));
    }

    private static Optional<JsonObject> find(Caller caller, String kind, String ruleId) {
        return PushRules.global(caller.user()).array(kind).stream()
                .flatMap(rules -> rules.objects().orElse(List.of()).stream())
                .filter(rule -> rule.get("rule_id").equals(Optional.of(new JsonString(ruleId))))
                .findFirst();
    }
}
