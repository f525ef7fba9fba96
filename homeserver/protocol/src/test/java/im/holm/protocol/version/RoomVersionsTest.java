package im.holm.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomVersionsTest {
    @Test
    void onlySupportedVersionsAreFound() {
        assertThat(RoomVersions.find("11")).contains(RoomVersions.V11);
        assertThat(RoomVersions.find("12")).contains(RoomVersions.V12);
        assertThat(RoomVersions.supportedIds())
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
        for (String id : new String[] {"", "0", "13", "12 ", "org.example.12", "١٢"}) {
            assertThat(RoomVersions.find(id)).as(id).isEmpty();
        }
    }

    @Test
    void aVersionIsItsBaseButForItsDelta() {
        assertThat(RoomVersions.V12.restrictedJoins()).isTrue();
        assertThat(RoomVersions.V12.redactionKeeps()).isEqualTo(RoomVersions.V11.redactionKeeps());
        assertThat(RoomVersions.V11.privilegedCreators()).isFalse();
        assertThat(RoomVersions.V10.creatorInContent()).isTrue();
        assertThat(RoomVersions.V11.creatorInContent()).isFalse();
        assertThat(RoomVersions.V6.knocking()).isFalse();
        assertThat(RoomVersions.V7.knocking()).isTrue();
        assertThat(RoomVersions.V1.hasChosenEventIds()).isTrue();
        assertThat(RoomVersions.V3.hasChosenEventIds()).isFalse();
        assertThat(RoomVersions.V5.canonicalJson()).isFalse();
        assertThat(RoomVersions.V6.canonicalJson()).isTrue();
    }
}
