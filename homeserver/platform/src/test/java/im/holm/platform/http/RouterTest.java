package im.holm.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class RouterTest {
    private static final Handler NOTHING = _ -> Response.empty();

    private final Router router = new Router(List.of(
            Route.get("/rooms/{roomId}/state", "all", NOTHING),
            Route.get("/rooms/{roomId}/state/{type}", "typed", NOTHING),
            Route.get("/rooms/{roomId}/state/{type}/{key}", "keyed", NOTHING),
            Route.put("/rooms/{roomId}/state/{type}/{key}", "set", NOTHING),
            Route.get("/profile/{userId}/{field}", "field", NOTHING),
            Route.put("/profile/{userId}/displayname", "name", NOTHING),
            Route.get("/files/{rest...}", "files", NOTHING)));

    private String found(Method method, String path) {
        return switch (router.find(Optional.of(method), path)) {
            case Router.Match.Found(Route route, Map<String, String> parameters) ->
                route.operationId() + parameters;
            case Router.Match.WrongMethod(Set<Method> allowed) -> "wrong method " + allowed;
            case Router.Match.UnknownPath _ -> "unknown";
            case Router.Match.Malformed _ -> "malformed";
        };
    }

    @Test
    void aLiteralGoesBeforeAPlaceButDoesNotHideItsMethods() {
        assertThat(found(Method.PUT, "/profile/@a:b/displayname")).isEqualTo("name{userId=@a:b}");
        assertThat(found(Method.GET, "/profile/@a:b/displayname"))
                .isEqualTo("field{userId=@a:b, field=displayname}");
        assertThat(found(Method.DELETE, "/profile/@a:b/displayname"))
                .isEqualTo("wrong method [GET, PUT]");
    }

    @Test
    void anEmptyKeyIsFoundWithAndWithoutItsSlash() {
        assertThat(found(Method.GET, "/rooms/!r/state/t/"))
                .isEqualTo("keyed{roomId=!r, type=t, key=}");
        assertThat(found(Method.GET, "/rooms/!r/state/t")).isEqualTo("typed{roomId=!r, type=t}");
        assertThat(found(Method.GET, "/rooms/!r/state/")).isEqualTo("typed{roomId=!r, type=}");
    }

    @Test
    void headIsFoundWhereGetIs() {
        assertThat(found(Method.HEAD, "/rooms/!r/state")).isEqualTo("all{roomId=!r}");
    }

    @Test
    void theRestOfAPathKeepsItsSlashes() {
        assertThat(found(Method.GET, "/files/a/b%2Fc/d")).isEqualTo("files{rest=a/b/c/d}");
    }

    @Test
    void hugeAndStrangePathsAreUnknown() {
        assertThat(found(Method.GET, "/a".repeat(10_000))).isEqualTo("unknown");
        assertThat(found(Method.GET, "http://elsewhere/rooms")).isEqualTo("unknown");
        assertThat(found(Method.GET, "*")).isEqualTo("unknown");
        assertThat(found(Method.GET, "/rooms/%E4/state")).startsWith("all");
        assertThat(found(Method.GET, "/rooms/%e/state")).isEqualTo("malformed");
    }

    @Test
    void twoRoutesForOnePlaceAreAMistake() {
        Route one = Route.get("/a/{b}", "one", NOTHING);

        assertThatThrownBy(() -> new Router(List.of(one, Route.get("/a/{c}", "two", NOTHING))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Router(List.of(one, Route.get("/other", "one", NOTHING))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
