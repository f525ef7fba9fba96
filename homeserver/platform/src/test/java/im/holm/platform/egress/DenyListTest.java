package im.holm.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.List;

class DenyListTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "192.0.2.1",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "fec0::1",
                "2001::1"
            })
    void privateMeansEverySpecialAddress(String address) {
        assertThat(DenyList.ofPrivate().denies(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "172.32.0.1",
                "100.128.0.1",
                "8.8.8.8",
                "2606:4700::1111",
                "2a00:1450::1"
            })
    void publicAddressesArePermitted(String address) {
        assertThat(DenyList.ofPrivate().denies(InetAddress.ofLiteral(address))).isFalse();
    }

    @Test
    void anAddressDressedAsIpv6IsFound() throws java.net.UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;
        InetAddress dressed = java.net.Inet6Address.getByAddress("dressed", mapped, 0);

        assertThat(dressed.getAddress()).hasSize(16);
        assertThat(DenyList.ofPrivate().denies(dressed)).isTrue();
        assertThat(Cidr.of("::ffff:127.0.0.0/104").contains(dressed)).isTrue();
    }

    @Test
    void anEmptyListAllowsEverything() {
        DenyList nothing = DenyList.parse(List.of()).orElseThrow();

        assertThat(nothing.denies(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    }

    @Test
    void blocksAndTheWordCanBeMixed() {
        DenyList list = DenyList.parse(List.of("private", "8.8.8.0/24")).orElseThrow();

        assertThat(list.denies(InetAddress.ofLiteral("8.8.8.8"))).isTrue();
        assertThat(list.denies(InetAddress.ofLiteral("8.8.9.8"))).isFalse();
        assertThat(list.denies(InetAddress.ofLiteral("::1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "10.0.0/8",
                "public",
                "",
                "::/129",
                "1.2.3.4/",
                "1.2.3.4/-1",
                "010.0.0.1"
            })
    void whatIsNoBlockIsRefused(String entry) {
        assertThat(DenyList.parse(List.of(entry))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x7f.0.0.1",
                "127.1",
                "2130706433",
                "0177.0.0.1",
                "1.2.3.4.5",
                "example.org",
                "::g"
            })
    void spellingsThatResolversUnderstandDifferentlyAreNoAddresses(String text) {
        assertThat(IpLiteral.parse(text)).isEmpty();
    }
}
