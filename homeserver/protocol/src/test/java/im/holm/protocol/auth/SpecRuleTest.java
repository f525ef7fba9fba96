package im.holm.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Numbers read off the pages of the specification, version by version.
class SpecRuleTest {
    private static final List<RoomVersion> ONE_OF_EACH_LIST = List.of(
            RoomVersions.V1,
            RoomVersions.V3,
            RoomVersions.V6,
            RoomVersions.V7,
            RoomVersions.V8,
            RoomVersions.V10,
            RoomVersions.V11,
            RoomVersions.V12);

    @Test
    void everyRuleHasTheNumberOfItsVersionsPage() {
        assertThat(numbers(SpecRule.CREATE_ROOM_ID)).isEqualTo("- - - - - - - 1.2");
        assertThat(numbers(SpecRule.CREATE_DOMAIN)).isEqualTo("1.2 1.2 1.2 1.2 1.2 1.2 1.2 -");
        assertThat(numbers(SpecRule.CREATE_VERSION)).isEqualTo("1.3 1.3 1.3 1.3 1.3 1.3 1.3 1.3");
        assertThat(numbers(SpecRule.CREATE_CREATOR)).isEqualTo("1.4 1.4 1.4 1.4 1.4 1.4 - -");
        assertThat(numbers(SpecRule.CREATE_ADDITIONAL_CREATORS)).isEqualTo("- - - - - - - 1.4");
        assertThat(numbers(SpecRule.CREATE_ALLOWED)).isEqualTo("1.5 1.5 1.5 1.5 1.5 1.5 1.4 1.5");
        assertThat(numbers(SpecRule.ROOM_CREATE)).isEqualTo("- - - - - - - 2");
        assertThat(numbers(SpecRule.AUTH_EVENTS_REJECTED))
                .isEqualTo("2.3 2.3 2.3 2.3 2.3 2.3 2.3 3.3");
        assertThat(numbers(SpecRule.AUTH_EVENTS_NO_CREATE))
                .isEqualTo("2.4 2.4 2.4 2.4 2.4 2.4 2.4 -");
        assertThat(numbers(SpecRule.AUTH_EVENTS_OTHER_ROOM))
                .isEqualTo("2.5 2.5 2.5 2.5 2.5 2.5 2.5 3.4");
        assertThat(numbers(SpecRule.FEDERATE)).isEqualTo("3 3 3 3 3 3 3 4");
        assertThat(numbers(SpecRule.ALIASES_ALLOWED)).isEqualTo("4.3 4.3 - - - - - -");
    }

    @Test
    void membershipsHaveTheirNumbers() {
        assertThat(numbers(SpecRule.MEMBER_MALFORMED)).isEqualTo("5.1 5.1 4.1 4.1 4.1 4.1 4.1 5.1");
        assertThat(numbers(SpecRule.MEMBER_AUTHORISER_SIGNATURE))
                .isEqualTo("- - - - 4.2.1 4.2.1 4.2.1 5.2.1");
        assertThat(numbers(SpecRule.JOIN_BANNED))
                .isEqualTo("5.2.3 5.2.3 4.2.3 4.2.3 4.3.3 4.3.3 4.3.3 5.3.3");
        assertThat(numbers(SpecRule.JOIN_RESTRICTED_AUTHORISER))
                .isEqualTo("- - - - 4.3.5.2 4.3.5.2 4.3.5.2 5.3.5.2");
        assertThat(numbers(SpecRule.JOIN_PUBLIC))
                .isEqualTo("5.2.5 5.2.5 4.2.5 4.2.5 4.3.6 4.3.6 4.3.6 5.3.6");
        assertThat(numbers(SpecRule.THIRD_PARTY_OTHERWISE))
                .isEqualTo("5.3.1.8 5.3.1.8 4.3.1.8 4.3.1.8 4.4.1.8 4.4.1.8 4.4.1.8 5.4.1.8");
        assertThat(numbers(SpecRule.INVITE_LEVEL))
                .isEqualTo("5.3.4 5.3.4 4.3.4 4.3.4 4.4.4 4.4.4 4.4.4 5.4.4");
        assertThat(numbers(SpecRule.UNBAN_LEVEL))
                .isEqualTo("5.4.3 5.4.3 4.4.3 4.4.3 4.5.3 4.5.3 4.5.3 5.5.3");
        assertThat(numbers(SpecRule.BAN_LEVEL))
                .isEqualTo("5.5.2 5.5.2 4.5.2 4.5.2 4.6.2 4.6.2 4.6.2 5.6.2");
        assertThat(numbers(SpecRule.KNOCK_OTHERWISE))
                .isEqualTo("- - - 4.6.4 4.7.4 4.7.4 4.7.4 5.7.4");
        assertThat(numbers(SpecRule.MEMBER_UNKNOWN)).isEqualTo("5.6 5.6 4.6 4.7 4.8 4.8 4.8 5.8");
    }

    @Test
    void whatOnlyMembersDoHasItsNumber() {
        assertThat(numbers(SpecRule.SENDER_NOT_JOINED)).isEqualTo("6 6 5 5 5 5 5 6");
        assertThat(numbers(SpecRule.THIRD_PARTY_INVITE_LEVEL))
                .isEqualTo("7.1 7.1 6.1 6.1 6.1 6.1 6.1 7.1");
        assertThat(numbers(SpecRule.SENDER_LEVEL)).isEqualTo("8 8 7 7 7 7 7 8");
        assertThat(numbers(SpecRule.STATE_KEY_OTHER_USER)).isEqualTo("9 9 8 8 8 8 8 9");
        assertThat(numbers(SpecRule.LEVELS_MALFORMED_ENTRY)).isEqualTo("- - - - - 9.2 9.2 10.2");
        assertThat(numbers(SpecRule.LEVELS_MALFORMED_USERS))
                .isEqualTo("10.1 10.1 9.1 9.1 9.1 9.3 9.3 10.3");
        assertThat(numbers(SpecRule.LEVELS_CREATOR)).isEqualTo("- - - - - - - 10.4");
        assertThat(numbers(SpecRule.LEVELS_NAMED_NEW))
                .isEqualTo("10.3.2 10.3.2 9.3.2 9.3.2 9.3.2 9.5.2 9.5.2 10.6.2");
        assertThat(numbers(SpecRule.LEVELS_USER_NEW))
                .isEqualTo("10.7.1 10.7.1 9.7.1 9.7.1 9.7.1 9.9.1 9.9.1 10.10.1");
        assertThat(numbers(SpecRule.LEVELS_ALLOWED))
                .isEqualTo("10.8 10.8 9.8 9.8 9.8 9.10 9.10 10.11");
        assertThat(numbers(SpecRule.REDACTION_SAME_SERVER)).isEqualTo("11.2 - - - - - - -");
        assertThat(numbers(SpecRule.ALLOWED)).isEqualTo("12 11 10 10 10 10 10 11");
    }

    @Test
    void namesAreUniqueAndARuleOfOurOwnHasNoNumber() {
        assertThat(Arrays.stream(SpecRule.values()).map(SpecRule::id)).doesNotHaveDuplicates();
        var own = new AuthRule.Own("im.holm.home");
        assertThat(own.number(RoomVersions.V12)).isEmpty();
        assertThat(own.label(RoomVersions.V12)).isEqualTo("im.holm.home");
        assertThat(SpecRule.JOIN_BANNED.label(RoomVersions.V12))
                .isEqualTo("5.3.3 member.join.banned");
    }

    private static String numbers(SpecRule rule) {
        return String.join(
                " ",
                ONE_OF_EACH_LIST.stream()
                        .map(rule::number)
                        .map((Optional<String> number) -> number.orElse("-"))
                        .toList());
    }
}
